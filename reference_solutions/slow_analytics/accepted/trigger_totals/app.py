"""The analytics service over totals that triggers keep: a report reads one small table."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from psycopg_pool import AsyncConnectionPool

from moments import NoMoment, read_moment

TOTALS = """
SELECT u.id, array_agg(t.order_id ORDER BY t.order_id), array_agg(t.total::float8 ORDER BY t.order_id), sum(t.total)::float8
FROM users u LEFT JOIN order_totals t ON t.user_id = u.id AND t.created_at BETWEEN %s AND %s
GROUP BY u.id ORDER BY u.id
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep connections for as long as the service runs."""
    async with AsyncConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=8, open=False) as pool:
        app.state.pool = pool
        yield


app = FastAPI(title="Analytics", lifespan=lifespan)


def moment_of(request: Request, name: str) -> datetime:
    """Return the moment in a parameter, or refuse the request."""
    try:
        return read_moment(request.query_params.get(name))
    except NoMoment as error:
        raise HTTPException(422, str(error)) from None


def window(request: Request) -> tuple[datetime, datetime]:
    """Return both ends of the range."""
    return moment_of(request, "start_date"), moment_of(request, "end_date")


@app.get("/health")
async def health() -> dict[str, str]:
    """Tell that the service runs."""
    return {"status": "ok"}


@app.get("/analytics/report")
async def report(request: Request, ends: Annotated[tuple[datetime, datetime], Depends(window)]) -> Response:
    """Tell what every user ordered between two moments."""
    async with request.app.state.pool.connection() as connection:
        rows = await (await connection.execute(TOTALS, ends)).fetchall()
    entries = [
        {
            "user_id": user,
            "orders": [
                {"order_id": number, "total": total}
                for number, total in zip(numbers, totals, strict=True)
                if number is not None
            ],
            "total_spent": spent or 0,
        }
        for user, numbers, totals, spent in rows
    ]
    return Response(json.dumps(entries), media_type="application/json")
