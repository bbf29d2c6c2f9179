"""Scrapes pages' titles with httpx; pages that failed are reported last."""

from __future__ import annotations

import asyncio
import codecs
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

RETRIED_STATUSES = frozenset({500, 502, 503, 504})
MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml"})
MOST_REDIRECTS = 5
LONGEST_PAUSE_S = 5.0
LARGE = 50_000
UNBOUNDED = httpx.Timeout(None)  # each attempt is bounded as a whole
TITLE = re.compile(r"<title(?:\s[^>]*)?>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to; `pause_s` is given where it is worth another one."""

    status: int | None = None
    title: str | None = None
    error: str | None = None
    pause_s: float | None = None


async def scrape(
    urls: Sequence[str],
    *,
    max_connections: int = 10,
    timeout: float = 5.0,
    retries: int = 2,
    max_body_bytes: int = 1_000_000,
) -> list[dict[str, Any]]:
    """Return status, title, error and number of attempts of every URL, in the order given."""
    if max_connections < 1:
        raise ValueError(f"max_connections is {max_connections}; expected 1 or more")
    if timeout <= 0:
        raise ValueError(f"timeout is {timeout}; expected more than 0")
    if retries < 0:
        raise ValueError(f"retries is {retries}; expected 0 or more")
    if not urls:
        return []
    limits = httpx.Limits(max_connections=max_connections, max_keepalive_connections=max_connections)
    async with httpx.AsyncClient(
        limits=limits, timeout=UNBOUNDED, follow_redirects=True, max_redirects=MOST_REDIRECTS
    ) as client:
        scraper = Scraper(client, asyncio.Semaphore(max_connections), timeout, retries, max_body_bytes)
        async with asyncio.TaskGroup() as group:
            tasks = {url: group.create_task(scraper.result(url)) for url in dict.fromkeys(urls)}
    results = [dict(tasks[url].result()) for url in urls]
    return sorted(results, key=lambda result: result["error"] is not None)


class Scraper:
    """The work on one list of URLs; a place of the semaphore stands for a connection."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        places: asyncio.Semaphore,
        timeout: float,
        retries: int,
        max_body_bytes: int,
    ) -> None:
        self._client = client
        self._places = places
        self._timeout = timeout
        self._retries = retries
        self._max_body_bytes = max_body_bytes

    async def result(self, url: str) -> dict[str, Any]:
        """Try a URL as often as it is worth it."""
        attempts, outcome = 0, Outcome(error="invalid_url")
        if is_absolute(url):
            for attempts in range(1, self._retries + 2):  # noqa: B007 - reported below
                async with self._places:
                    outcome = await self._attempt(url)
                if outcome.pause_s is None:
                    break
                if attempts <= self._retries:
                    await asyncio.sleep(outcome.pause_s if outcome.pause_s >= 0 else 0.1 * 2 ** min(attempts, 3))
        return {
            "url": url,
            "status": outcome.status,
            "title": outcome.title,
            "error": outcome.error,
            "attempts": attempts,
        }

    async def _attempt(self, url: str) -> Outcome:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._fetch(url)
        except TimeoutError:
            return Outcome(error="timeout", pause_s=-1)
        except httpx.TooManyRedirects:
            return Outcome(error="too_many_redirects")
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            return Outcome(error="invalid_url")
        except httpx.HTTPError:
            return Outcome(error="connection", pause_s=-1)

    async def _fetch(self, url: str) -> Outcome:
        async with self._client.stream("GET", url) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._max_body_bytes:
                    return Outcome(status=response.status_code, error="too_large")
        title = await title_of(response, bytes(body))
        if response.status_code < 400:
            return Outcome(response.status_code, title)
        pause_s = asked_pause(response) if response.status_code in RETRIED_STATUSES else None
        return Outcome(response.status_code, title, "http", pause_s)


def is_absolute(url: str) -> bool:
    """Tell whether a URL can be fetched at all."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def asked_pause(response: httpx.Response) -> float:
    """Return the pause that the server asks for, -1 where it asks for none."""
    asked = response.headers.get("Retry-After", "").strip()
    return min(float(asked), LONGEST_PAUSE_S) if asked.isascii() and asked.isdigit() else -1


async def title_of(response: httpx.Response, body: bytes) -> str | None:
    """Return a page's title; a large page is searched beside the event loop."""
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        return None
    encoding = known_encoding(response.charset_encoding)
    if len(body) < LARGE:
        return find_title(body, encoding)
    return await asyncio.to_thread(find_title, body, encoding)


def known_encoding(charset: str | None) -> str:
    """Return a charset that Python knows, UTF-8 in the place of any other."""
    try:
        return codecs.lookup(charset or "utf-8").name
    except LookupError:
        return "utf-8"


def find_title(body: bytes, encoding: str) -> str | None:
    """Return the text of the first title."""
    found = TITLE.search(body.decode(encoding, errors="replace"))
    return " ".join(html.unescape(found[1]).split()) if found else None
