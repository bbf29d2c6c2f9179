"""Distinct URLs, attempts and pauses."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from solution.addresses import Address, NotAbsolute
from solution.exchange import Broken, Reply, TooLarge, fetch
from solution.pages import title_of

RETRIED = frozenset({500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 5
LONGEST_ASKED_S = 5
PAUSE_S = 0.2


async def scrape(
    urls: Sequence[str],
    *,
    max_connections: int = 10,
    timeout: float = 5.0,
    retries: int = 2,
    max_body_bytes: int = 1_000_000,
) -> list[dict[str, Any]]:
    """Scrape every distinct URL once; return a result for each given one."""
    if max_connections < 1:
        raise ValueError(f"max_connections must be at least 1, not {max_connections}")
    if timeout <= 0:
        raise ValueError(f"timeout must be above 0, not {timeout}")
    if retries < 0:
        raise ValueError(f"retries must be at least 0, not {retries}")
    places = asyncio.Semaphore(max_connections)
    visitors = {url: Visitor(url, places, timeout, retries, max_body_bytes) for url in urls}
    async with asyncio.TaskGroup() as group:
        for visitor in visitors.values():
            group.create_task(visitor.run())
    return [visitors[url].result() for url in urls]


class Visitor:
    """The way of one URL to its result."""

    def __init__(
        self, url: str, places: asyncio.Semaphore, timeout: float, retries: int, max_body_bytes: int
    ) -> None:
        self._url = url
        self._places = places
        self._timeout = timeout
        self._retries = retries
        self._max_body_bytes = max_body_bytes
        self._status: int | None = None
        self._title: str | None = None
        self._error: str | None = None
        self._attempts = 0

    def result(self) -> dict[str, Any]:
        """Return what is known now."""
        return {
            "url": self._url,
            "status": self._status,
            "title": self._title,
            "error": self._error,
            "attempts": self._attempts,
        }

    async def run(self) -> None:
        """Make attempts until one is final."""
        try:
            address = Address.parse(self._url)
        except NotAbsolute:
            self._error = "invalid_url"
            return
        while self._attempts <= self._retries:
            self._attempts += 1
            async with self._places:
                pause_s = await self._attempt(address)
            if pause_s is None:
                return
            if self._attempts <= self._retries:
                await asyncio.sleep(pause_s)

    async def _attempt(self, address: Address) -> float | None:
        """Make one attempt; return how long to wait for the next, `None` if this was final."""
        self._status = self._title = None
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._follow(address)
                if reply is None:
                    self._error = "too_many_redirects"
                    return None
                self._status, self._error = reply.status, "http" if reply.status >= 400 else None
                self._title = await title_of(reply)
        except TimeoutError:
            self._error = "timeout"
            return PAUSE_S
        except (Broken, OSError):
            self._error = "connection"
            return PAUSE_S
        except NotAbsolute:
            self._error = "invalid_url"
            return None
        except TooLarge as too_large:
            self._status, self._error = too_large.status, "too_large"
            return None
        return _asked_pause(reply) if reply.status in RETRIED else None

    async def _follow(self, address: Address) -> Reply | None:
        """Return the reply at the end of the redirects, `None` if they are too many."""
        for _ in range(MOST_REDIRECTS + 1):
            reply = await fetch(address, self._max_body_bytes)
            target = reply.headers.get("location")
            if reply.status not in REDIRECTS or target is None:
                return reply
            address = address.join(target)
        return None


def _asked_pause(reply: Reply) -> float:
    asked = reply.headers.get("retry-after", "")
    return min(int(asked), LONGEST_ASKED_S) if asked.isascii() and asked.isdigit() else PAUSE_S
