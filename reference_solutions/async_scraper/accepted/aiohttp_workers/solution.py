"""Scrapes titles with aiohttp: as many workers as connections take URLs from a queue."""

from __future__ import annotations

import asyncio
import codecs
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

HTML_TYPES = ("text/html", "application/xhtml+xml")
TITLE = re.compile(rb"<title(?:\s[^>]*)?>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
WIDE_TITLE = re.compile(TITLE.pattern.decode(), TITLE.flags)
CHUNK = 65_536


@dataclass(slots=True)
class Job:
    """A URL on its way: its attempts so far and the last result."""

    url: str
    attempts: int = 0
    status: int | None = None
    title: str | None = None
    error: str | None = "invalid_url"

    def fail(self, error: str) -> None:
        """Note a failure that has no status."""
        self.status, self.title, self.error = None, None, error

    def report(self) -> dict[str, Any]:
        """Return the result as callers read it."""
        names = ("url", "status", "title", "error", "attempts")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Rules:
    """The options of a call."""

    max_connections: int
    timeout: float
    retries: int
    max_body_bytes: int

    def check(self) -> None:
        """Raise `ValueError` for what is out of range."""
        if self.max_connections < 1 or self.timeout <= 0 or self.retries < 0:
            raise ValueError(f"expected max_connections >= 1, timeout > 0 and retries >= 0, not {self}")


async def scrape(
    urls: Iterable[str],
    *,
    max_connections: int = 10,
    timeout: float = 5.0,
    retries: int = 2,
    max_body_bytes: int = 1_000_000,
) -> list[dict[str, Any]]:
    """Return a dict of url, status, title, error and attempts for each URL, in the order given."""
    rules = Rules(max_connections, timeout, retries, max_body_bytes)
    rules.check()
    wanted = list(urls)
    jobs = {url: Job(url) for url in wanted}
    await _work_off([job for job in jobs.values() if _is_absolute(job.url)], rules)
    return [jobs[url].report() for url in wanted]


async def _work_off(jobs: list[Job], rules: Rules) -> None:
    if not jobs:
        return
    queue: asyncio.Queue[Job] = asyncio.Queue()
    for job in jobs:
        queue.put_nowait(job)
    unlimited = aiohttp.ClientTimeout(total=None)
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector, timeout=unlimited) as session:
        count = min(rules.max_connections, len(jobs))
        workers = [asyncio.create_task(_worker(session, queue, rules)) for _ in range(count)]
        try:
            await queue.join()
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


async def _worker(session: aiohttp.ClientSession, queue: asyncio.Queue[Job], rules: Rules) -> None:
    loop = asyncio.get_running_loop()
    while True:
        job = await queue.get()
        pause_s = await _attempt(session, job, rules)
        if pause_s is None or job.attempts > rules.retries:
            queue.task_done()
        else:
            loop.call_later(pause_s, _put_back, queue, job)


def _put_back(queue: asyncio.Queue[Job], job: Job) -> None:
    queue.put_nowait(job)
    queue.task_done()  # of the turn before: the new one counts by itself


async def _attempt(session: aiohttp.ClientSession, job: Job, rules: Rules) -> float | None:
    """Make one attempt; return the pause before the next one if it is worth one."""
    job.attempts += 1
    try:
        async with asyncio.timeout(rules.timeout):
            return await _fetch(session, job, rules)
    except TimeoutError:
        job.fail("timeout")
    except aiohttp.TooManyRedirects:
        job.fail("too_many_redirects")
        return None
    except (aiohttp.InvalidURL, ValueError):
        job.fail("invalid_url")
        return None
    except (aiohttp.ClientError, OSError):
        job.fail("connection")
    return min(1.0, 0.1 * 2**job.attempts)


async def _fetch(session: aiohttp.ClientSession, job: Job, rules: Rules) -> float | None:
    async with session.get(job.url, max_redirects=6) as response:
        body = await _read(response, rules.max_body_bytes)
    job.status, job.title = response.status, None
    if body is None:
        job.error = "too_large"
        return None
    content_type = response.headers.get("Content-Type", "")
    if content_type.partition(";")[0].strip().lower() in HTML_TYPES:
        job.title = await asyncio.to_thread(_title, body, _charset(response))
    job.error = "http" if response.status >= 400 else None
    return _pause(response, job.attempts) if response.status in {500, 502, 503, 504} else None


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes | None:
    """Return the body, `None` as soon as it is too large."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)


def _pause(response: aiohttp.ClientResponse, attempts: int) -> float:
    asked = response.headers.get("Retry-After", "").strip()
    return min(5.0, float(asked)) if re.fullmatch(r"[0-9]+", asked) else min(1.0, 0.1 * 2**attempts)


def _charset(response: aiohttp.ClientResponse) -> str:
    try:
        return codecs.lookup(response.charset or "utf-8").name
    except LookupError:
        return "utf-8"


def _title(body: bytes, charset: str) -> str | None:
    """Return the title; where ASCII is ASCII only what lies between the tags is decoded."""
    if charset.startswith(("utf-16", "utf-32")):
        wide = WIDE_TITLE.search(body.decode(charset, "replace"))
        return _cleaned(wide[1]) if wide else None
    found = TITLE.search(body)
    return _cleaned(found[1].decode(charset, "replace")) if found else None


def _cleaned(text: str) -> str:
    return " ".join(html.unescape(text).split())


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
