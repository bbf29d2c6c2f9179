"""How many links a client may post in a minute."""

import math
import os
import time
from collections.abc import Callable

WINDOW_S = 60.0


class Limiter:
    """Counts the posts of each client in windows of a minute; the first post opens a client's window.

    One process and one event loop use it, so that no lock is needed.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Take at most `limit` posts a window."""
        self._limit = limit
        self._clock = clock
        self._windows: dict[str, tuple[float, int]] = {}

    @classmethod
    def from_environment(cls) -> "Limiter":
        """Return a limiter as `RATE_LIMIT_PER_MINUTE` asks for."""
        return cls(int(os.environ.get("RATE_LIMIT_PER_MINUTE", "60")))

    def refuse_for(self, client: str) -> int:
        """Count a post and return 0, or return the seconds for which the client has to wait."""
        now = self._clock()
        self._forget(now)
        ends, count = self._windows.get(client, (now + WINDOW_S, 0))
        if count >= self._limit:
            return min(60, max(1, math.ceil(ends - now)))
        self._windows[client] = (ends, count + 1)
        return 0

    def _forget(self, now: float) -> None:
        """Drop windows that are over; they stand in the order in which they were opened."""
        while self._windows:
            client, (ends, _) = next(iter(self._windows.items()))
            if ends > now:
                return
            del self._windows[client]
