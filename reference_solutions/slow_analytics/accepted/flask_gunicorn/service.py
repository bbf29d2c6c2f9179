"""The analytics service on Flask: some worker processes, a pool of connections in each."""

import os
from datetime import UTC, datetime
from re import compile as pattern

from flask import Flask, Response, jsonify, request
from psycopg_pool import ConnectionPool

from entries import entries

ROWS = """
SELECT u.id, o.id, coalesce(sum(i.price * i.quantity), 0)
FROM users u
LEFT JOIN orders o ON o.user_id = u.id AND o.created_at >= %(start)s AND o.created_at <= %(end)s
LEFT JOIN order_items i ON i.order_id = o.id
GROUP BY u.id, o.id
ORDER BY u.id, o.id
"""
WRITTEN = pattern(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)

app = Flask("analytics")
pool = ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=4, open=True)


class WrongDate(ValueError):
    """A parameter that is missing or names no moment."""


@app.errorhandler(WrongDate)
def refuse(error: WrongDate) -> tuple[Response, int]:
    """Answer a request whose dates cannot be used."""
    return jsonify(error=str(error)), 422


def argument(name: str) -> datetime:
    """Return the moment in a parameter. Raises `WrongDate`."""
    text = request.args.get(name, "")
    if not WRITTEN.fullmatch(text):
        raise WrongDate(f"{name} is missing or not written as a date")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongDate(f"{name}: {error}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@app.get("/health")
def health() -> Response:
    """Tell that the service runs."""
    return jsonify(status="ok")


@app.get("/analytics/report")
def report() -> Response:
    """Tell what every user ordered between two moments."""
    window = {"start": argument("start_date"), "end": argument("end_date")}
    with pool.connection() as connection:
        rows = connection.execute(ROWS, window).fetchall()
    return jsonify(entries(rows))
