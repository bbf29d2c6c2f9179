"""A gate in front of pages: it lets one visitor through at a time, and only while enough of them stand there."""

from __future__ import annotations

import asyncio

_PATIENCE_S = 2.0


class Gate:
    """Lets `total` visitors through; where fewer than `width` come although there are more, it opens for good.

    `fewest` is then how many stood there, so that the answer to "are that many connections in use" needs no clock
    but the patience.
    """

    def __init__(self, width: int, total: int) -> None:
        self._width = width
        self._left = total
        self._waiting: list[asyncio.Future[None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self.fewest: int | None = None

    async def wait(self) -> None:
        """Wait to be let through."""
        loop = asyncio.get_running_loop()
        place = loop.create_future()
        self._waiting.append(place)
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_later(_PATIENCE_S, self._give_up)
        self._let_through()
        await place

    def _let_through(self) -> None:
        self._waiting = [place for place in self._waiting if not place.done()]
        while self._waiting and (
            self.fewest is not None or len(self._waiting) >= min(self._width, self._left)
        ):
            self._left -= 1
            self._waiting.pop(0).set_result(None)

    def _give_up(self) -> None:
        self._waiting = [place for place in self._waiting if not place.done()]
        if self._left > 0 and self.fewest is None:
            self.fewest = len(self._waiting)
            self._let_through()
