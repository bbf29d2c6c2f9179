"""Scrapes titles with aiohttp, whose connector bounds the connections; a trace starts the clock of each attempt."""

from __future__ import annotations

import asyncio
import codecs
import html
import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import aiohttp

Result = dict[str, Any]

MARKUP = frozenset({"text/html", "application/xhtml+xml"})
TEMPORARY = frozenset({500, 502, 503, 504})
TITLE = re.compile(r"<title(?:\s[^>]*)?>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
SHORT_PAUSE_S = 0.3


class Clock:
    """The time of one attempt, which begins when it has a connection to make and not while it waits for one."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._scope = asyncio.timeout(None)
        self.has_begun = False

    async def __aenter__(self) -> Clock:
        await self._scope.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> bool | None:
        return await self._scope.__aexit__(*error)

    def begin(self) -> None:
        """Start running, at the first connection."""
        if not self.has_begun:
            self.has_begun = True
            self._scope.reschedule(asyncio.get_running_loop().time() + self._seconds)


async def _begin_clock(_: aiohttp.ClientSession, context: SimpleNamespace, __: Any) -> None:
    context.trace_request_ctx.begin()


def _trace() -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_start.append(_begin_clock)
    return trace


async def scrape(
    urls: Sequence[str],
    *,
    max_connections: int = 10,
    timeout: float = 5.0,
    retries: int = 2,
    max_body_bytes: int = 1_000_000,
) -> list[Result]:
    """Scrape all URLs at once; what bounds them is the connector."""
    for name, value, is_right in (
        ("max_connections", max_connections, max_connections >= 1),
        ("timeout", timeout, timeout > 0),
        ("retries", retries, retries >= 0),
    ):
        if not is_right:
            raise ValueError(f"{name}={value!r} is out of range")
    if not urls:
        return []
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=max_connections, force_close=True),
        timeout=aiohttp.ClientTimeout(total=None),
        trace_configs=[_trace()],
    )
    async with session, asyncio.TaskGroup() as group:
        page = Page(session, timeout, retries, max_body_bytes)
        tasks = {url: group.create_task(page.scrape(url)) for url in set(urls)}
    return [tasks[url].result().copy() for url in urls]


class Page:
    """Scrapes one URL after the other with the same options."""

    def __init__(self, session: aiohttp.ClientSession, timeout: float, retries: int, most_bytes: int) -> None:
        self._session = session
        self._timeout = timeout
        self._retries = retries
        self._most_bytes = most_bytes

    async def scrape(self, url: str) -> Result:
        """Return the result of a URL after as many attempts as it needs."""
        result: Result = {"url": url, "status": None, "title": None, "error": "invalid_url", "attempts": 0}
        if not _is_web_address(url):
            return result
        while True:
            result["attempts"] += 1
            pause_s = await self._attempt(result)
            if pause_s is None or result["attempts"] > self._retries:
                return result
            await asyncio.sleep(pause_s)

    async def _attempt(self, result: Result) -> float | None:
        try:
            async with Clock(self._timeout) as clock:
                return await self._fetch(result, clock)
        except TimeoutError:
            error, pause_s = "timeout", SHORT_PAUSE_S
        except aiohttp.TooManyRedirects:
            error, pause_s = "too_many_redirects", None
        except (aiohttp.InvalidURL, ValueError):
            error, pause_s = "invalid_url", None
        except (aiohttp.ClientError, OSError):
            error, pause_s = "connection", SHORT_PAUSE_S
        result.update(status=None, title=None, error=error)
        return pause_s

    async def _fetch(self, result: Result, clock: Clock) -> float | None:
        url = result["url"]
        async with self._session.get(url, max_redirects=6, trace_request_ctx=clock) as response:
            result["status"] = response.status
            result["error"] = "http" if response.status >= 400 else None
            body = b""
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > self._most_bytes:
                    result["error"] = "too_large"
                    return None
            if response.headers.get("Content-Type", "").split(";")[0].strip().lower() in MARKUP:
                result["title"] = await asyncio.to_thread(_find_title, body, response.charset)
            return _pause_s(response) if response.status in TEMPORARY else None


def _pause_s(response: aiohttp.ClientResponse) -> float:
    try:
        return min(5, max(0, int(response.headers["Retry-After"])))
    except (KeyError, ValueError):
        return SHORT_PAUSE_S


def _find_title(body: bytes, charset: str | None) -> str | None:
    try:
        codecs.lookup(charset or "utf-8")
    except LookupError:
        charset = None
    found = TITLE.search(body.decode(charset or "utf-8", "replace"))
    return " ".join(html.unescape(found[1]).split()) if found else None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
