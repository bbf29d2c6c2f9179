"""The URL shortener's routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

import links
from database import make_engine, make_sessions
from limiter import Limiter
from schemas import CreatedLink, LinkStatistics, NewLink


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open the database for as long as the service runs."""
    engine = await make_engine()
    app.state.sessions = make_sessions(engine)
    app.state.limiter = Limiter.from_environment()
    yield
    await engine.dispose()


app = FastAPI(title="URL shortener", lifespan=lifespan)


async def open_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a request a session of its own."""
    async with request.app.state.sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(open_session)]


@app.get("/health")
async def health() -> dict[str, str]:
    """Tell that the service runs."""
    return {"status": "ok"}


@app.post("/links", status_code=201)
async def create_link(new: NewLink, request: Request, response: Response, session: Session) -> CreatedLink:
    """Store a link, unless the client has posted too many."""
    client = request.headers.get("x-api-key") or f"address {request.client.host if request.client else ''}"
    wait_s = request.app.state.limiter.refuse_for(client)
    if wait_s:
        raise HTTPException(429, "too many links; try again later", headers={"Retry-After": str(wait_s)})
    link = await links.create(session, new)
    if link is None:
        raise HTTPException(409, f"the alias {new.alias} is in use")
    response.headers["Location"] = f"/{link.code}"
    return CreatedLink(
        code=link.code,
        url=link.url,
        short_url=f"{str(request.base_url).rstrip('/')}/{link.code}",
        created_at=link.created_at,
        expires_at=link.expires_at,
    )


@app.get("/links/{code}/stats")
async def read_statistics(code: str, session: Session) -> LinkStatistics:
    """Tell how often a link was used."""
    link = await links.find(session, code)
    if link is None:
        raise HTTPException(404, "there is no such link")
    return LinkStatistics.model_validate(link)


@app.delete("/links/{code}", status_code=204)
async def delete_link(code: str, session: Session) -> None:
    """Forget a link and its clicks."""
    if not await links.delete(session, code):
        raise HTTPException(404, "there is no such link")


@app.get("/{code}")
async def follow(code: str, session: Session) -> Response:
    """Send the client on to the link's URL and count the click."""
    link = await links.find(session, code)
    if link is None:
        raise HTTPException(404, "there is no such link")
    if link.is_expired():
        raise HTTPException(410, "the link has expired")
    url = link.url
    await links.count_click(session, link)
    return Response(status_code=307, headers={"Location": url, "Cache-Control": "no-store"})
