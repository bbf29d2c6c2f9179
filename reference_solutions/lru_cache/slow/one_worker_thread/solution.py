"""An LRU cache bounded by the number of its entries and by the bytes of their values."""

import sys
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

_WORKER = ThreadPoolExecutor(max_workers=1)


class LRUCache:
    """Keeps the entries that were used last."""

    def __init__(self, capacity: int, max_bytes: int | None = None) -> None:
        """Make an empty cache of at most `capacity` entries and, where given, `max_bytes` of values."""
        self._capacity = _positive("capacity", capacity)
        self._max_bytes = None if max_bytes is None else _positive("max_bytes", max_bytes)
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._hits = 0
        self._misses = 0
        self._evictions = 0

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the key's value, which is now the most recently used, or `default`."""
        return _WORKER.submit(self._get, key, default).result()

    def put(self, key: Hashable, value: Any) -> None:
        """Store or replace a value; raises `ValueError` if it alone is larger than the cache."""
        _WORKER.submit(self._put, key, value).result()

    def delete(self, key: Hashable) -> bool:
        """Remove the key and tell whether it was there."""
        return _WORKER.submit(self._delete, key).result()

    def clear(self) -> None:
        """Remove everything and start counting anew."""
        _WORKER.submit(self._clear).result()

    def keys(self) -> list[Hashable]:
        """Return the keys, the least recently used first."""
        return _WORKER.submit(self._keys).result()

    def stats(self) -> dict[str, int]:
        """Return the counters and sizes as they are at one moment."""
        return _WORKER.submit(self._stats).result()

    def __len__(self) -> int:
        """Return how many entries there are."""
        return _WORKER.submit(self._len).result()

    def __contains__(self, key: Hashable) -> bool:
        """Tell whether the key is there, without using it."""
        return _WORKER.submit(self._contains, key).result()

    def _contains(self, key: Hashable) -> bool:
        return key in self._entries

    def _len(self) -> int:
        return len(self._entries)

    def _stats(self) -> dict[str, int]:
        return {
            "hits": self._hits,
            "misses": self._misses,
            "evictions": self._evictions,
            "entries": len(self._entries),
            "bytes": self._bytes,
        }

    def _keys(self) -> list[Hashable]:
        return list(self._entries)

    def _clear(self) -> None:
        self._entries.clear()
        self._bytes = self._hits = self._misses = self._evictions = 0

    def _delete(self, key: Hashable) -> bool:
        return self._remove(key)

    def _put(self, key: Hashable, value: Any) -> None:
        hash(key)
        size = _size(value)
        if self._max_bytes is not None and size > self._max_bytes:
            raise ValueError(f"the value has {size} bytes; expected at most {self._max_bytes}")
        self._remove(key)
        while self._is_full_for(size):
            _, (_, evicted) = self._entries.popitem(last=False)
            self._bytes -= evicted
            self._evictions += 1
        self._entries[key] = (value, size)
        self._bytes += size

    def _get(self, key: Hashable, default: Any = None) -> Any:
        entry = self._entries.get(key)
        if entry is None:
            self._misses += 1
            return default
        self._entries.move_to_end(key)
        self._hits += 1
        return entry[0]

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
