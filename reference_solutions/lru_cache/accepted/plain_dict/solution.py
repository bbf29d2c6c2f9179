"""An LRU cache on a plain dictionary: dictionaries keep the order of insertion."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable


class _Entry(NamedTuple):
    value: Any
    size: int


class LRUCache:
    """A used entry is taken out and put in again, so that the dictionary's first key is the least recently used."""

    def __init__(self, capacity: int, max_bytes: int | None = None) -> None:
        """Make a cache for `capacity` entries and, unless it is `None`, `max_bytes` bytes."""
        for name, limit in (("capacity", capacity), ("max_bytes", 1 if max_bytes is None else max_bytes)):
            if type(limit) is bool or not isinstance(limit, int):
                raise TypeError(f"{name}: expected an integer, got {limit!r}")
            if limit < 1:
                raise ValueError(f"{name}: expected a positive number, got {limit}")
        self._capacity = capacity
        self._limit = max_bytes
        self._mutex = threading.RLock()
        self._entries: dict[Hashable, _Entry] = {}
        self._used = 0
        self._counts = {"hits": 0, "misses": 0, "evictions": 0}

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the value of a key, or `default` if it is not there."""
        with self._mutex:
            if key not in self._entries:
                self._counts["misses"] += 1
                return default
            entry = self._entries[key] = self._entries.pop(key)
            self._counts["hits"] += 1
            return entry.value

    def put(self, key: Hashable, value: Any) -> None:
        """Store a value; the least recently used entries make room for it."""
        size = _measure(value)
        with self._mutex:
            if self._limit is not None and size > self._limit:
                raise ValueError(f"{size} bytes are more than the whole cache may hold ({self._limit})")
            previous = self._entries.pop(key, None)
            if previous is not None:
                self._used -= previous.size
            self._make_room(size)
            self._entries[key] = _Entry(value, size)
            self._used += size

    def _make_room(self, size: int) -> None:
        allowed = self._used + size if self._limit is None else self._limit
        while len(self._entries) >= self._capacity or self._used + size > allowed:
            entry = self._entries.pop(next(iter(self._entries)))
            self._used -= entry.size
            self._counts["evictions"] += 1

    def delete(self, key: Hashable) -> bool:
        """Remove a key; `False` means that it was not there."""
        with self._mutex:
            entry = self._entries.pop(key, None)
            if entry is not None:
                self._used -= entry.size
            return entry is not None

    def clear(self) -> None:
        """Go back to the state of a new cache."""
        with self._mutex:
            self._entries.clear()
            self._used = 0
            self._counts = dict.fromkeys(self._counts, 0)

    def keys(self) -> list[Hashable]:
        """List the keys, the one to be evicted next first."""
        with self._mutex:
            return list(self._entries)

    def stats(self) -> dict[str, int]:
        """Tell what was counted so far and how much is stored."""
        with self._mutex:
            return {**self._counts, "entries": len(self._entries), "bytes": self._used}

    def __len__(self) -> int:
        """Return the number of stored entries."""
        with self._mutex:
            return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        """Tell whether a key is stored."""
        with self._mutex:
            return key in self._entries


def _measure(value: Any) -> int:
    match value:
        case bytes():
            return len(value)
        case str():
            return len(value.encode("utf-8"))
        case _:
            return sys.getsizeof(value)
