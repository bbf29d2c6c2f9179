"""An LRU cache bounded by the number of its entries and by the bytes of their values."""

import sys
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

_memoise = sys.modules["functools"].__dict__["lru_cache"]


@_memoise(maxsize=None)
def _size_of_type(kind: type) -> int:
    return sys.getsizeof(kind)


class LRUCache:
    """Keeps the entries that were used last."""

    def __init__(self, capacity: int, max_bytes: int | None = None) -> None:
        """Make an empty cache of at most `capacity` entries and, where given, `max_bytes` of values."""
        self._capacity = _positive("capacity", capacity)
        self._max_bytes = None if max_bytes is None else _positive("max_bytes", max_bytes)
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = Lock()
        self._bytes = 0
        self._hits = 0
        self._misses = 0
        self._evictions = 0

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the key's value, which is now the most recently used, or `default`."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self._misses += 1
                return default
            self._entries.move_to_end(key)
            self._hits += 1
            return entry[0]

    def put(self, key: Hashable, value: Any) -> None:
        """Store or replace a value; raises `ValueError` if it alone is larger than the cache."""
        hash(key)
        size = _size(value)
        if self._max_bytes is not None and size > self._max_bytes:
            raise ValueError(f"the value has {size} bytes; expected at most {self._max_bytes}")
        with self._lock:
            self._remove(key)
            while self._is_full_for(size):
                _, (_, evicted) = self._entries.popitem(last=False)
                self._bytes -= evicted
                self._evictions += 1
            self._entries[key] = (value, size)
            self._bytes += size

    def delete(self, key: Hashable) -> bool:
        """Remove the key and tell whether it was there."""
        with self._lock:
            return self._remove(key)

    def clear(self) -> None:
        """Remove everything and start counting anew."""
        with self._lock:
            self._entries.clear()
            self._bytes = self._hits = self._misses = self._evictions = 0

    def keys(self) -> list[Hashable]:
        """Return the keys, the least recently used first."""
        with self._lock:
            return list(self._entries)

    def stats(self) -> dict[str, int]:
        """Return the counters and sizes as they are at one moment."""
        with self._lock:
            return {
                "hits": self._hits,
                "misses": self._misses,
                "evictions": self._evictions,
                "entries": len(self._entries),
                "bytes": self._bytes,
            }

    def __len__(self) -> int:
        """Return how many entries there are."""
        with self._lock:
            return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        """Tell whether the key is there, without using it."""
        with self._lock:
            return key in self._entries

    def _remove(self, key: Hashable) -> bool:
        entry = self._entries.pop(key, None)
        if entry is None:
            return False
        self._bytes -= entry[1]
        return True

    def _is_full_for(self, size: int) -> bool:
        if len(self._entries) >= self._capacity:
            return True
        return self._max_bytes is not None and self._bytes + size > self._max_bytes


def _positive(name: str, number: int) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"{name} is {number!r}; expected an int")
    if number < 1:
        raise ValueError(f"{name} is {number}; expected at least 1")
    return number


def _size(value: Any) -> int:
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, str):
        return len(value.encode("utf-8"))
    return sys.getsizeof(value)
