"""An LRU cache as a dictionary over a doubly linked list, guarded by one reentrant lock."""

import sys
from collections.abc import Hashable, Iterator
from threading import RLock
from typing import Any


class _Node:
    """One entry, linked to its neighbours in the order of use."""

    __slots__ = ("key", "newer", "older", "size", "value")

    def __init__(self, key: Hashable, value: Any, size: int) -> None:
        self.key = key
        self.value = value
        self.size = size
        self.older: _Node = self
        self.newer: _Node = self


class _Ring:
    """A ring of nodes around an anchor: behind it the least recently used, before it the most recently used."""

    __slots__ = ("_anchor",)

    def __init__(self) -> None:
        self._anchor = _Node(None, None, 0)

    def append(self, node: _Node) -> None:
        """Put a node in as the most recently used."""
        anchor = self._anchor
        newest = anchor.older
        node.older = newest
        node.newer = anchor
        newest.newer = node
        anchor.older = node

    def unlink(self, node: _Node) -> None:
        """Take a node out: nothing in the ring refers to it any more."""
        node.older.newer = node.newer
        node.newer.older = node.older

    def oldest(self) -> _Node:
        """Return the least recently used node; the ring must not be empty."""
        return self._anchor.newer

    def __iter__(self) -> Iterator[_Node]:
        """Go from the least to the most recently used node."""
        node = self._anchor.newer
        while node is not self._anchor:
            following = node.newer
            yield node
            node = following


class LRUCache:
    """At most `capacity` entries and `max_bytes` bytes of values; the least recently used give way."""

    def __init__(self, capacity: int, max_bytes: int | None = None) -> None:
        """Make an empty cache; raises `TypeError` or `ValueError` for limits that are not positive integers."""
        self._capacity = self._checked_limit("capacity", capacity)
        self._max_bytes = None if max_bytes is None else self._checked_limit("max_bytes", max_bytes)
        self._lock = RLock()
        self._nodes: dict[Hashable, _Node] = {}
        self._ring = _Ring()
        self._bytes = 0
        self._hits = 0
        self._misses = 0
        self._evictions = 0

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the stored value and count a hit, or return `default` and count a miss."""
        with self._lock:
            node = self._nodes.get(key)
            if node is None:
                self._misses += 1
                return default
            self._hits += 1
            self._touch(node)
            return node.value

    def put(self, key: Hashable, value: Any) -> None:
        """Store a value under a key and evict what no longer fits; raises `ValueError` if it can never fit."""
        size = self._size_of(value)
        with self._lock:
            if self._max_bytes is not None and size > self._max_bytes:
                raise ValueError(f"a value of {size} bytes does not fit; at most {self._max_bytes} do")
            node = self._nodes.get(key)
            if node is not None:
                self._discard(node)
            self._make_room(size)
            node = _Node(key, value, size)
            self._nodes[key] = node
            self._ring.append(node)
            self._bytes += size

    def delete(self, key: Hashable) -> bool:
        """Remove a key; return whether it was stored."""
        with self._lock:
            node = self._nodes.get(key)
            if node is None:
                return False
            self._discard(node)
            return True

    def clear(self) -> None:
        """Forget all entries and all statistics."""
        with self._lock:
            self._nodes.clear()
            self._ring = _Ring()
            self._bytes = 0
            self._hits = 0
            self._misses = 0
            self._evictions = 0

    def keys(self) -> list[Hashable]:
        """Return all keys from the least to the most recently used."""
        with self._lock:
            return [node.key for node in self._ring]

    def stats(self) -> dict[str, int]:
        """Return a copy of the statistics at one moment."""
        with self._lock:
            return {
                "hits": self._hits,
                "misses": self._misses,
                "evictions": self._evictions,
                "entries": len(self._nodes),
                "bytes": self._bytes,
            }

    def __len__(self) -> int:
        """Return the number of entries."""
        with self._lock:
            return len(self._nodes)

    def __contains__(self, key: Hashable) -> bool:
        """Return whether a key is stored; this is no use of it."""
        with self._lock:
            return key in self._nodes

    def _touch(self, node: _Node) -> None:
        self._ring.unlink(node)
        self._ring.append(node)

    def _make_room(self, size: int) -> None:
        while len(self._nodes) >= self._capacity:
            self._evict()
        if self._max_bytes is not None:
            while self._bytes + size > self._max_bytes:
                self._evict()

    def _evict(self) -> None:
        self._discard(self._ring.oldest())
        self._evictions += 1

    def _discard(self, node: _Node) -> None:
        del self._nodes[node.key]
        self._ring.unlink(node)
        self._bytes -= node.size

    @staticmethod
    def _checked_limit(name: str, limit: int) -> int:
        if isinstance(limit, bool) or not isinstance(limit, int):
            raise TypeError(f"{name} must be an int, not {type(limit).__name__}")
        if limit < 1:
            raise ValueError(f"{name} must be at least 1, not {limit}")
        return limit

    @staticmethod
    def _size_of(value: Any) -> int:
        if isinstance(value, str):
            return len(value.encode())
        if isinstance(value, bytes):
            return len(value)
        return sys.getsizeof(value)
