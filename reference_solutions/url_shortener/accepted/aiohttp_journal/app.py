"""A URL shortener on aiohttp: links in memory, every change in a journal first."""

import os
from pathlib import Path

from aiohttp import web

from book import Book, Taken
from checks import Unfit, check
from quota import Quota

BOOK = web.AppKey("book", Book)
QUOTA = web.AppKey("quota", Quota)
routes = web.RouteTableDef()


@routes.get("/health")
async def health(_request: web.Request) -> web.Response:
    """Answer."""
    return web.json_response({"ok": True})


@routes.post("/links")
async def create(request: web.Request) -> web.Response:
    """Store a link."""
    try:
        new = check(await request.text())
    except Unfit as fault:
        return error(422, str(fault))
    wait_s = request.app[QUOTA].ask(request.headers.get("X-API-Key") or request.remote or "")
    if wait_s:
        return error(429, "too many posts", {"Retry-After": str(wait_s)})
    try:
        link = request.app[BOOK].add(new.url, new.alias, new.expires_in)
    except Taken:
        return error(409, "the alias is in use")
    fields = link.shown("code", "url", "created_at", "expires_at")
    fields["short_url"] = f"{request.scheme}://{request.host}/{link.code}"
    return web.json_response(fields, status=201, headers={"Location": f"/{link.code}"})


@routes.get("/links/{code}/stats")
async def statistics(request: web.Request) -> web.Response:
    """Tell how often a link was used."""
    link = request.app[BOOK].find(request.match_info["code"])
    if link is None:
        return error(404, "unknown link")
    return web.json_response(
        link.shown("code", "url", "clicks", "created_at", "last_clicked_at", "expires_at")
    )


@routes.delete("/links/{code}")
async def delete(request: web.Request) -> web.Response:
    """Forget a link."""
    if request.app[BOOK].remove(request.match_info["code"]):
        return web.Response(status=204)
    return error(404, "unknown link")


@routes.get("/{code}")
async def follow(request: web.Request) -> web.Response:
    """Redirect and count."""
    book = request.app[BOOK]
    link = book.find(request.match_info["code"])
    if link is None:
        return error(404, "unknown link")
    if link.is_expired():
        return error(410, "the link has expired")
    book.click(link)
    return web.Response(status=302, headers={"Location": link.url, "Cache-Control": "no-store"})


def error(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    """Return an error's answer."""
    return web.json_response({"error": message}, status=status, headers=headers)


async def close_book(app: web.Application) -> None:
    """Close the journal when the service ends."""
    app[BOOK].close()


def make_app(folder: Path, limit: int) -> web.Application:
    """Return the service with its journal in a folder."""
    app = web.Application(client_max_size=64 * 1024)
    app[BOOK] = Book(folder / "journal.jsonl")
    app[QUOTA] = Quota(limit)
    app.add_routes(routes)
    app.on_cleanup.append(close_book)
    return app


if __name__ == "__main__":
    web.run_app(
        make_app(Path(os.environ.get("DATA_DIR", ".")), int(os.environ.get("RATE_LIMIT_PER_MINUTE", "60"))),
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        access_log=None,
        shutdown_timeout=2.0,
    )
