"""A sliding window of a minute for each client."""

import math
import time
from collections import OrderedDict, deque
from collections.abc import Hashable
from threading import Lock

WINDOW_S = 60.0


class SlidingWindow:
    """Remembers when each client posted within the last minute."""

    def __init__(self, limit: int) -> None:
        """Take at most `limit` posts within any minute."""
        self._limit = limit
        self._lock = Lock()
        self._posts: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def wait_for(self, client: Hashable) -> int:
        """Note a post and return 0; return the seconds to wait where the window is full."""
        with self._lock:
            now = time.monotonic()
            self._drop_idle(now)
            posts = self._posts.setdefault(client, deque())
            while posts and posts[0] <= now - WINDOW_S:
                posts.popleft()
            if len(posts) >= self._limit:
                return max(1, min(60, math.ceil(posts[0] + WINDOW_S - now)))
            posts.append(now)
            self._posts.move_to_end(client)
            return 0

    def _drop_idle(self, now: float) -> None:
        while self._posts:
            client, posts = next(iter(self._posts.items()))
            if posts and posts[-1] > now - WINDOW_S:
                return
            del self._posts[client]
