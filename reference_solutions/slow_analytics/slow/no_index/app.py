"""The analytics service."""

import os
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
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
SELECT u.id, coalesce((
    SELECT json_agg(json_build_object('order_id', p.id, 'total', p.total) ORDER BY p.id) FROM (
        SELECT o.id, coalesce((SELECT sum(i.price * i.quantity) FROM order_items i WHERE i.order_id = o.id), 0) AS total
        FROM orders o WHERE o.user_id = u.id AND o.created_at BETWEEN %s AND %s
    ) p
), '[]')
FROM users u ORDER BY u.id
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


def entry(user: int, orders: list[Any]) -> dict[str, Any]:
    """Return what the report says of one user."""
    spent = sum(Decimal(str(order["total"])) for order in orders)
    return {"user_id": user, "orders": orders, "total_spent": float(spent)}


def make_report(connection: psycopg.Connection, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return every user's orders between two moments."""
    rows = connection.execute(REPORT, (start, end)).fetchall()
    return [entry(user, orders) for user, orders in rows]


@app.get("/health")
def health() -> dict[str, str]:
    """Tell that the service runs."""
    return {"status": "ok"}


@app.get("/analytics/report")
def read_report(
    start_date: Moment, end_date: Moment, connection: Annotated[psycopg.Connection, Depends(connect)]
) -> JSONResponse:
    """Tell what every user ordered between two moments."""
    return JSONResponse(make_report(connection, start_date, end_date))
