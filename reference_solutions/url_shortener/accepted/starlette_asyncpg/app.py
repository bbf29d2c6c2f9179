"""A URL shortener on Starlette and asyncpg, a statement a request."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bucket import Buckets
from parsing import Refusal, parse_new_link
from repository import Repository


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Hold a pool of connections while the service runs."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=2, max_size=10) as pool:
        app.state.repository = Repository(pool)
        await app.state.repository.prepare()
        app.state.buckets = Buckets(int(os.environ.get("RATE_LIMIT_PER_MINUTE", "60")))
        yield


def problem(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Return an error's answer."""
    return JSONResponse({"error": message}, status, headers)


async def health(_request: Request) -> Response:
    """Answer."""
    return PlainTextResponse("ok")


async def create(request: Request) -> Response:
    """Store a link."""
    try:
        new = parse_new_link(await request.body())
    except Refusal as refusal:
        return problem(422, str(refusal))
    wait_s = request.app.state.buckets.take(client_of(request))
    if wait_s:
        return problem(429, "too many posts", {"Retry-After": str(wait_s)})
    row = await request.app.state.repository.create(new)
    if row is None:
        return problem(409, "the alias is in use")
    answer = {name: row[name] for name in ("code", "url")}
    answer |= {"short_url": f"{request.base_url}{row['code']}", **times(row, "created_at", "expires_at")}
    return JSONResponse(answer, 201, {"Location": f"/{row['code']}"})


async def statistics(request: Request) -> Response:
    """Tell how often a link was used."""
    row = await request.app.state.repository.find(request.path_params["code"])
    if row is None:
        return problem(404, "unknown link")
    known = {name: row[name] for name in ("code", "url", "clicks")}
    return JSONResponse(known | times(row, "created_at", "last_clicked_at", "expires_at"))


async def delete(request: Request) -> Response:
    """Forget a link."""
    if await request.app.state.repository.delete(request.path_params["code"]):
        return Response(status_code=204)
    return problem(404, "unknown link")


async def follow(request: Request) -> Response:
    """Redirect and count."""
    row = await request.app.state.repository.click(request.path_params["code"])
    if row is None:
        return problem(404, "unknown link")
    if row["expired"]:
        return problem(410, "the link has expired")
    return Response(status_code=302, headers={"Location": row["url"], "Cache-Control": "no-cache, no-store"})


def client_of(request: Request) -> str:
    """Return whose posts are counted together."""
    key = request.headers.get("x-api-key")
    return f"key:{key}" if key else f"peer:{request.client.host if request.client else ''}"


def times(row: asyncpg.Record, *names: str) -> dict[str, str | None]:
    """Return columns of time as text."""
    return {name: row[name] and row[name].isoformat() for name in names}


async def unknown(_request: Request, _error: Exception) -> Response:
    """Answer a path that holds what no text of the database can."""
    return problem(404, "unknown link")


app = Starlette(
    routes=[
        Route("/health", health),
        Route("/links", create, methods=["POST"]),
        Route("/links/{code}/stats", statistics),
        Route("/links/{code}", delete, methods=["DELETE"]),
        Route("/{code}", follow),
    ],
    lifespan=lifespan,
    exception_handlers={asyncpg.CharacterNotInRepertoireError: unknown},
)
