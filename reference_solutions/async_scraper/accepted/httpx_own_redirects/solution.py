"""Scrapes titles with httpx, follows redirects by itself and reads pages with the parser of the standard library."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import NamedTuple, TypedDict

import httpx


class Result(TypedDict):
    """What is reported of a URL."""

    url: str
    status: int | None
    title: str | None
    error: str | None
    attempts: int


class Found(NamedTuple):
    """What an attempt found, and how long to wait before another one; `None` is for ever."""

    status: int | None
    title: str | None
    error: str | None
    pause: float | None = None


class Options(NamedTuple):
    """The options of a call."""

    timeout: float
    retries: int
    max_body_bytes: int


class TitleParser(HTMLParser):
    """Collects the text of the first title."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._is_within = False
        self.title: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin at the first title."""
        if tag == "title" and self.title is None:
            self._is_within = True

    def handle_data(self, data: str) -> None:
        """Collect what lies within."""
        if self._is_within:
            self._parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """End at its end."""
        if tag == "title" and self._is_within:
            self._is_within = False
            self.title = " ".join("".join(self._parts).split())


REDIRECTS = (301, 302, 303, 307, 308)
RETRIED = (500, 502, 503, 504)
UNBOUNDED = httpx.Timeout(None)  # each attempt is bounded as a whole
STEP = 20_000


async def scrape(
    urls: Sequence[str],
    *,
    max_connections: int = 10,
    timeout: float = 5.0,
    retries: int = 2,
    max_body_bytes: int = 1_000_000,
) -> list[Result]:
    """Return a result for each URL, in the order given."""
    if max_connections < 1 or timeout <= 0 or retries < 0:
        raise ValueError("max_connections must be 1 or more, timeout above 0, retries 0 or more")
    options = Options(timeout, retries, max_body_bytes)
    semaphore = asyncio.Semaphore(max_connections)
    limits = httpx.Limits(max_connections=max_connections, max_keepalive_connections=0)
    async with httpx.AsyncClient(limits=limits, timeout=UNBOUNDED) as client:
        distinct = list(dict.fromkeys(urls))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_scrape_one(client, semaphore, url, options)) for url in distinct]
    found = {task.result()["url"]: task.result() for task in tasks}
    return [found[url].copy() for url in urls]


async def _scrape_one(client: httpx.AsyncClient, semaphore: asyncio.Semaphore, url: str, options: Options) -> Result:
    attempts = 0
    found = Found(None, None, "invalid_url")
    while _is_fetchable(url) and attempts <= options.retries:
        attempts += 1
        async with semaphore:
            found = await _attempt(client, url, options)
        if found.pause is None:
            break
        if attempts <= options.retries:
            await asyncio.sleep(found.pause)
    return Result(url=url, status=found.status, title=found.title, error=found.error, attempts=attempts)


async def _attempt(client: httpx.AsyncClient, url: str, options: Options) -> Found:
    try:
        async with asyncio.timeout(options.timeout):
            return await _follow(client, httpx.URL(url), options)
    except TimeoutError:
        return Found(None, None, "timeout", 0.25)
    except (httpx.TransportError, httpx.DecodingError):
        return Found(None, None, "connection", 0.25)
    except httpx.InvalidURL:
        return Found(None, None, "invalid_url")


async def _follow(client: httpx.AsyncClient, url: httpx.URL, options: Options) -> Found:
    for _ in range(6):
        if not _is_fetchable(str(url)):
            return Found(None, None, "invalid_url")
        async with client.stream("GET", url) as response:
            if response.status_code not in REDIRECTS or "Location" not in response.headers:
                return await _read(response, options)
            url = url.join(response.headers["Location"])
    return Found(None, None, "too_many_redirects")


async def _read(response: httpx.Response, options: Options) -> Found:
    status, body = response.status_code, bytearray()
    async for chunk in response.aiter_bytes():
        body.extend(chunk)
        if len(body) > options.max_body_bytes:
            return Found(status, None, "too_large")
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    title = None
    if kind in {"text/html", "application/xhtml+xml"}:
        title = await _find_title(body.decode(_encoding(response.charset_encoding), "replace"))
    pause = _pause(response.headers.get("Retry-After", "")) if status in RETRIED else None
    return Found(status, title, "http" if status >= 400 else None, pause)


async def _find_title(text: str) -> str | None:
    """Parse in small steps, and let others go on between them."""
    parser = TitleParser()
    for start in range(0, len(text), STEP):
        parser.feed(text[start : start + STEP])
        if parser.title is not None:
            break
        await asyncio.sleep(0)
    return parser.title


def _pause(asked: str) -> float:
    return min(int(asked), 5) if asked.strip().isdecimal() else 0.25


def _encoding(charset: str | None) -> str:
    try:
        return codecs.lookup(charset).name if charset else "utf-8"
    except LookupError:
        return "utf-8"


def _is_fetchable(url: str) -> bool:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parsed.scheme in {"http", "https"} and bool(parsed.host)
