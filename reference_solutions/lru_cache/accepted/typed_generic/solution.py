"""A generic LRU cache, `LRUCache[Key, Value]`, with dataclass nodes and validated limits."""

from __future__ import annotations

import sys
import threading
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar, overload

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")


@dataclass(slots=True, eq=False)
class _Node(Generic[K, V]):
    """An entry between its older and its newer neighbour; `None` is the end of the line."""

    key: K
    value: V
    size: int
    older: _Node[K, V] | None = field(default=None, repr=False)
    newer: _Node[K, V] | None = field(default=None, repr=False)


@dataclass(slots=True)
class _Counters:
    """What has been counted since the cache was made or cleared."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0


class _Recency(Generic[K, V]):
    """A line of nodes in the order of use."""

    def __init__(self) -> None:
        self.oldest: _Node[K, V] | None = None
        self.newest: _Node[K, V] | None = None

    def push(self, node: _Node[K, V]) -> None:
        """Make a node that is in no line the newest."""
        node.older = self.newest
        if self.newest is None:
            self.oldest = node
        else:
            self.newest.newer = node
        self.newest = node

    def drop(self, node: _Node[K, V]) -> None:
        """Take a node out of the line."""
        if node.older is None:
            self.oldest = node.newer
        else:
            node.older.newer = node.newer
        if node.newer is None:
            self.newest = node.older
        else:
            node.newer.older = node.older
        node.older = node.newer = None

    def __iter__(self) -> Iterator[_Node[K, V]]:
        """Yield the nodes, the oldest first."""
        node = self.oldest
        while node is not None:
            yield node
            node = node.newer


class LRUCache(Generic[K, V]):
    """A thread-safe cache that evicts the least recently used entries.

    `capacity` bounds the entries, `max_bytes` the sum of the values' sizes.
    """

    def __init__(self, capacity: int, max_bytes: int | None = None) -> None:
        """Make an empty cache. Raises `TypeError` or `ValueError` for unusable limits."""
        self._capacity = _require_positive_int(capacity, "capacity")
        self._max_bytes = max_bytes if max_bytes is None else _require_positive_int(max_bytes, "max_bytes")
        self._nodes: dict[K, _Node[K, V]] = {}
        self._recency: _Recency[K, V] = _Recency()
        self._counters = _Counters()
        self._bytes = 0
        self._lock = threading.RLock()

    @overload
    def get(self, key: K) -> V | None: ...

    @overload
    def get(self, key: K, default: D) -> V | D: ...

    def get(self, key: K, default: D | None = None) -> V | D | None:
        """Return the value of `key` as the most recently used entry, else `default`."""
        with self._lock:
            node = self._nodes.get(key)
            if node is None:
                self._counters.misses += 1
                return default
            self._counters.hits += 1
            if node is not self._recency.newest:
                self._recency.drop(node)
                self._recency.push(node)
            return node.value

    def put(self, key: K, value: V) -> None:
        """Store `value`. Raises `ValueError`, changing nothing, where it exceeds `max_bytes` alone."""
        size = _size_in_bytes(value)
        with self._lock:
            if self._max_bytes is not None and size > self._max_bytes:
                raise ValueError(f"value has {size} bytes, more than max_bytes ({self._max_bytes})")
            known = self._nodes.get(key)
            if known is not None:
                self._remove(known)
            while self._nodes and not self._has_room_for(size):
                self._evict_oldest()
            node = _Node(key, value, size)
            self._nodes[key] = node
            self._recency.push(node)
            self._bytes += size

    def delete(self, key: K) -> bool:
        """Remove `key`; tell whether it was stored."""
        with self._lock:
            node = self._nodes.get(key)
            if node is None:
                return False
            self._remove(node)
            return True

    def clear(self) -> None:
        """Remove all entries and reset the counters."""
        with self._lock:
            while self._recency.oldest is not None:
                self._remove(self._recency.oldest)
            self._counters = _Counters()

    def keys(self) -> list[K]:
        """Return the keys, the least recently used first."""
        with self._lock:
            return [node.key for node in self._recency]

    def stats(self) -> dict[str, int]:
        """Return a snapshot of the counters and sizes."""
        with self._lock:
            return {
                "hits": self._counters.hits,
                "misses": self._counters.misses,
                "evictions": self._counters.evictions,
                "entries": len(self._nodes),
                "bytes": self._bytes,
            }

    def __len__(self) -> int:
        """Return the number of entries."""
        with self._lock:
            return len(self._nodes)

    def __contains__(self, key: object) -> bool:
        """Tell whether `key` is stored, without any effect on the order or the counters."""
        with self._lock:
            return key in self._nodes

    def _has_room_for(self, size: int) -> bool:
        if len(self._nodes) >= self._capacity:
            return False
        return self._max_bytes is None or self._bytes + size <= self._max_bytes

    def _evict_oldest(self) -> None:
        oldest = self._recency.oldest
        if oldest is not None:
            self._remove(oldest)
            self._counters.evictions += 1

    def _remove(self, node: _Node[K, V]) -> None:
        del self._nodes[node.key]
        self._recency.drop(node)
        self._bytes -= node.size


def _require_positive_int(limit: object, name: str) -> int:
    if isinstance(limit, bool) or not isinstance(limit, int):
        raise TypeError(f"{name} must be an int, not {type(limit).__name__}")
    if limit < 1:
        raise ValueError(f"{name} must be 1 or more, not {limit}")
    return limit


def _size_in_bytes(value: object) -> int:
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, str):
        return len(value.encode("utf-8"))
    return sys.getsizeof(value)
