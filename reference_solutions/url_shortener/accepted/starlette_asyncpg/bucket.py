"""A token bucket for each client."""

import math
import time
from collections.abc import Callable


class Buckets:
    """Buckets that hold `limit` tokens and are filled evenly within a minute."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Give every new client a full bucket."""
        self._limit = limit
        self._rate = limit / 60
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}
        self._next_sweep = clock() + 60

    def take(self, client: str) -> int:
        """Take a token and return 0, or return after how many seconds there is one."""
        now = self._clock()
        self._sweep(now)
        level, since = self._levels.get(client, (float(self._limit), now))
        level = min(self._limit, level + (now - since) * self._rate)
        if level < 1:
            self._levels[client] = (level, now)
            return max(1, min(60, math.ceil((1 - level) / self._rate)))
        self._levels[client] = (level - 1, now)
        return 0

    def _sweep(self, now: float) -> None:
        """Once a minute, drop the buckets that are full again."""
        if now < self._next_sweep:
            return
        self._levels = {client: state for client, state in self._levels.items() if now - state[1] < 60}
        self._next_sweep = now + 60
