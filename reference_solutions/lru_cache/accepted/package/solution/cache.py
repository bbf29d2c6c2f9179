"""The cache itself: order of use in a dictionary, sizes in another, one lock around both."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from solution.counters import Counters
from solution.sizes import check_limit, size_of

if TYPE_CHECKING:
    from collections.abc import Hashable

_MISSING = object()


class LRUCache:
    """A cache for many threads, limited in entries and optionally in bytes."""

    def __init__(self, capacity: int, max_bytes: int | None = None) -> None:
        """Make an empty cache with these limits."""
        check_limit("capacity", capacity)
        if max_bytes is not None:
            check_limit("max_bytes", max_bytes)
        self._capacity = capacity
        self._max_bytes = max_bytes
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._stored = 0
        self._counters = Counters()
        self._lock = threading.Lock()

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the value, or the default where there is none; both are counted."""
        with self._lock:
            value = self._values.get(key, _MISSING)
            if value is _MISSING:
                self._counters.misses += 1
                return default
            self._values.move_to_end(key)
            self._counters.hits += 1
            return value

    def put(self, key: Hashable, value: Any) -> None:
        """Store the value, then evict the entries used the longest ago until both limits hold."""
        size = size_of(value)
        if self._max_bytes is not None and size > self._max_bytes:
            raise ValueError(f"the value takes {size} bytes; the cache holds at most {self._max_bytes}")
        with self._lock:
            self._stored += size - self._sizes.get(key, 0)
            self._values[key] = value
            self._values.move_to_end(key)
            self._sizes[key] = size
            while self._exceeds_a_limit():
                self._evict()

    def delete(self, key: Hashable) -> bool:
        """Remove the entry of a key and return whether there was one."""
        with self._lock:
            if key not in self._values:
                return False
            del self._values[key]
            self._stored -= self._sizes.pop(key)
            return True

    def clear(self) -> None:
        """Remove all entries and forget all statistics."""
        with self._lock:
            self._values.clear()
            self._sizes.clear()
            self._stored = 0
            self._counters = Counters()

    def keys(self) -> list[Hashable]:
        """Return the keys in the order in which they would be evicted."""
        with self._lock:
            return list(self._values)

    def stats(self) -> dict[str, int]:
        """Return the statistics of this moment."""
        with self._lock:
            return self._counters.snapshot(len(self._values), self._stored)

    def __len__(self) -> int:
        """Return the number of entries."""
        with self._lock:
            return len(self._values)

    def __contains__(self, key: Hashable) -> bool:
        """Return whether the key has an entry; nothing is counted or reordered."""
        with self._lock:
            return key in self._values

    def _exceeds_a_limit(self) -> bool:
        if len(self._values) > self._capacity:
            return True
        return self._max_bytes is not None and self._stored > self._max_bytes

    def _evict(self) -> None:
        key, _ = self._values.popitem(last=False)
        self._stored -= self._sizes.pop(key)
        self._counters.evictions += 1
