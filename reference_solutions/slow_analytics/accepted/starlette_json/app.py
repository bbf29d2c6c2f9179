"""The analytics service: PostgreSQL writes the JSON, Starlette hands it on."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg_pool import AsyncConnectionPool
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from moments import NoMoment, read_moment

REPORT = """
WITH paid AS (
    SELECT o.id, o.user_id, coalesce(sum(i.price * i.quantity), 0) AS total
    FROM orders o LEFT JOIN order_items i ON i.order_id = o.id
    WHERE o.created_at BETWEEN %s AND %s
    GROUP BY o.id
), spent AS (
    SELECT user_id, sum(total) AS total,
        string_agg(format('{"order_id":%%s,"total":%%s}', id, total), ',' ORDER BY id) AS orders
    FROM paid GROUP BY user_id
)
SELECT '[' || coalesce(string_agg(
    format('{"user_id":%%s,"orders":[%%s],"total_spent":%%s}', u.id, s.orders, coalesce(s.total, 0)),
    ',' ORDER BY u.id
), '') || ']'
FROM users u LEFT JOIN spent s ON s.user_id = u.id
"""


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Keep connections for as long as the service runs."""
    pool = AsyncConnectionPool(os.environ["DATABASE_URL"], min_size=2, max_size=10, open=False)
    async with pool:
        app.state.pool = pool
        yield


async def health(_: Request) -> Response:
    """Tell that the service runs."""
    return JSONResponse({"status": "ok"})


async def report(request: Request) -> Response:
    """Tell what every user ordered between two moments."""
    query = request.query_params
    try:
        start, end = (read_moment(query.get(name)) for name in ("start_date", "end_date"))
    except NoMoment as error:
        return JSONResponse({"detail": str(error)}, 422)
    async with request.app.state.pool.connection() as connection:
        cursor = await connection.execute(REPORT, (start, end))
        (text,) = await cursor.fetchone()
    return Response(text, media_type="application/json")


app = Starlette(
    routes=[Route("/health", health), Route("/analytics/report", report)], lifespan=lifespan
)
