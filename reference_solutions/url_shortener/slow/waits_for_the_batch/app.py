"""A URL shortener on SQLite; every call of the database is made in a worker thread, behind one lock."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from pydantic import BaseModel, Field, field_validator

from limits import SlidingWindow
from store import Link, Store

RESERVED = frozenset({"links", "health", "docs", "redoc"})
ALIAS = re.compile(r"[A-Za-z0-9_-]{3,32}")

app = FastAPI(title="URL shortener")
store = Store(Path(os.environ.get("DATA_DIR", ".")) / "links.sqlite3")
window = SlidingWindow(int(os.environ.get("RATE_LIMIT_PER_MINUTE", "60")))


class NewLink(BaseModel, strict=True):
    """What a client posts."""

    url: str = Field(max_length=2048)
    alias: str | None = None
    expires_in: int | None = Field(default=None, ge=1, le=31_536_000)

    @field_validator("url")
    @classmethod
    def check_url(cls, url: str) -> str:
        """Refuse what is not absolute."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("expected an absolute http or https URL")
        return url

    @field_validator("alias")
    @classmethod
    def check_alias(cls, alias: str | None) -> str | None:
        """Refuse what cannot be a path of the service."""
        if alias is not None and (alias in RESERVED or ALIAS.fullmatch(alias) is None):
            raise ValueError("expected 3 to 32 of A-Z a-z 0-9 _ - and not a reserved word")
        return alias


class LinkOut(BaseModel):
    """What every answer about a link tells."""

    code: str
    url: str
    created_at: datetime
    expires_at: datetime | None


class Created(LinkOut):
    """The answer to a post."""

    short_url: str


class Statistics(LinkOut):
    """How often a link was used."""

    clicks: int
    last_clicked_at: datetime | None


def existing(code: str) -> Link:
    """Return a link; 404 without one."""
    link = store.find(code)
    if link is None:
        raise HTTPException(404, "unknown link")
    return link


@app.get("/health")
def health() -> str:
    """Answer."""
    return "ok"


@app.post("/links", status_code=201)
def create(
    new: NewLink, request: Request, response: Response, x_api_key: Annotated[str | None, Header()] = None
) -> Created:
    """Store a link."""
    client = ("key", x_api_key) if x_api_key else ("address", request.client.host if request.client else "")
    wait_s = window.wait_for(client)
    if wait_s:
        raise HTTPException(429, "slow down", headers={"Retry-After": str(wait_s)})
    link = store.create(new.url, new.alias, new.expires_in, datetime.now(UTC))
    if link is None:
        raise HTTPException(409, "alias in use")
    response.headers["location"] = f"/{link.code}"
    return Created(
        code=link.code,
        url=link.url,
        created_at=link.created_at,
        expires_at=link.expires_at,
        short_url=f"{request.base_url}{link.code}",
    )


@app.get("/links/{code}/stats")
def statistics(link: Annotated[Link, Depends(existing)]) -> Statistics:
    """Tell how often a link was used."""
    return Statistics(
        code=link.code,
        url=link.url,
        created_at=link.created_at,
        expires_at=link.expires_at,
        clicks=link.clicks,
        last_clicked_at=link.last_clicked_at,
    )


@app.delete("/links/{code}", status_code=204)
def delete(code: str) -> None:
    """Forget a link."""
    if not store.delete(code):
        raise HTTPException(404, "unknown link")


@app.get("/{code}")
def follow(code: str) -> Response:
    """Redirect and count."""
    now = datetime.now(UTC)
    url = store.click(code, now)
    if url is None:
        existing(code)
        raise HTTPException(410, "expired")
    return Response(status_code=302, headers={"location": url, "cache-control": "no-store"})
