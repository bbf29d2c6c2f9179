"""The analytics service on FastAPI and asyncpg; the answer is written without models in between."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated

import asyncpg
from fastapi import FastAPI, HTTPException, Query, Request
from fastapi.responses import JSONResponse

from report import build, fetch

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
Date = Annotated[str, Query(pattern=rf"^{DAY}(?:T{TIME})?$")]  # pydantic's $ is the very end


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Keep connections for as long as the service runs."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=8) as pool:
        app.state.pool = pool
        yield


app = FastAPI(title="Analytics", lifespan=lifespan)


def moment_of(text: str) -> datetime:
    """Return the moment of a well-formed text; a day that is in no calendar is answered by 422."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@app.get("/health")
async def health() -> dict[str, str]:
    """Tell that the service runs."""
    return {"status": "ok"}


@app.get("/analytics/report")
async def read_report(request: Request, start_date: Date, end_date: Date) -> JSONResponse:
    """Tell what every user ordered between two moments."""
    start, end = moment_of(start_date), moment_of(end_date)
    async with request.app.state.pool.acquire() as connection:
        users, orders = await fetch(connection, start, end)
    return JSONResponse(build(users, orders))
