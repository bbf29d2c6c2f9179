"""The analytics service."""

import os
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any

import psycopg
from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from psycopg_pool import ConnectionPool
from pydantic import BeforeValidator

FORM = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
REPORT = """
WITH paid AS (
    SELECT o.user_id, o.id, coalesce(sum(i.price * i.quantity), 0) AS total
    FROM orders o LEFT JOIN order_items i ON i.order_id = o.id
    WHERE o.created_at BETWEEN %s AND %s
    GROUP BY o.id
)
SELECT u.id, p.id, p.total FROM users u LEFT JOIN paid p ON p.user_id = u.id
ORDER BY u.id, p.id
"""

pool = ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=10, open=False)


@asynccontextmanager
async def lifespan(_: FastAPI) -> Any:
    """Keep connections for as long as the service runs."""
    with pool:
        yield


app = FastAPI(title="Analytics", lifespan=lifespan)


def parse(text: str) -> datetime:
    """Return the moment that a text names; without an offset it is in UTC."""
    if not FORM.fullmatch(text):
        raise ValueError("expected a date, or a date and a time")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, BeforeValidator(parse)]


def connect() -> Iterator[psycopg.Connection]:
    """Give a request a connection."""
    with pool.connection() as connection:
        yield connection


def entry(user: int, rows: list[Any]) -> dict[str, Any]:
    """Return what the report says of one user."""
    paid = [(number, total) for _, number, total in rows if number is not None]
    return {
        "user_id": user,
        "orders": [{"order_id": number, "total": float(total)} for number, total in paid],
        "total_spent": float(sum(total for _, total in paid)),
    }


def last_moment(text: str) -> datetime:
    """Return the end of a range: of a date alone, the last moment of that day."""
    moment = parse(text)
    return moment if "T" in text else moment + timedelta(days=1, microseconds=-1)


def make_report(connection: psycopg.Connection, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return every user's orders between two moments."""
    rows = connection.execute(REPORT, (start, end)).fetchall()
    return [entry(user, list(group)) for user, group in groupby(rows, itemgetter(0))]


End = Annotated[datetime, BeforeValidator(last_moment)]


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the service runs."""
    return {"status": "ok"}


@app.get("/analytics/report")
def read_report(
    start_date: Moment, end_date: End, connection: Annotated[psycopg.Connection, Depends(connect)]
) -> JSONResponse:
    """Tell what every user ordered between two moments."""
    return JSONResponse(make_report(connection, start_date, end_date))
