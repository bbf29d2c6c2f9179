"""How many links each client may post in a minute of the clock."""

import time


class Quota:
    """Counts posts in minutes that all clients share."""

    def __init__(self, limit: int) -> None:
        """Take at most `limit` posts a minute of each client."""
        self._limit = limit
        self._minute = 0
        self._counts: dict[str, int] = {}

    def ask(self, client: str) -> int:
        """Count a post and return 0, or return the seconds until the next minute."""
        minute, second = divmod(time.monotonic(), 60)
        if minute != self._minute:
            self._minute = int(minute)
            self._counts = {}
        if self._counts.get(client, 0) >= self._limit:
            return max(1, min(60, round(60 - second)))
        self._counts[client] = self._counts.get(client, 0) + 1
        return 0
