"""LRU cache: a ring of four-field lists around a sentinel, found through a dictionary."""

import sys
import threading

OLDER, NEWER, KEY, VALUE, SIZE = range(5)


def _limit(name, value):
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, got {value!r}")
    if value < 1:
        raise ValueError(f"{name} must be >= 1, got {value}")
    return value


def size_of(value):
    """Return the bytes that a value is charged with."""
    if isinstance(value, (bytes, str)):
        return len(value if isinstance(value, bytes) else value.encode("utf-8"))
    return sys.getsizeof(value)


class LRUCache:
    """Least recently used cache, limited in entries and, if wanted, in bytes."""

    def __init__(self, capacity, max_bytes=None):
        self.capacity = _limit("capacity", capacity)
        self.max_bytes = max_bytes if max_bytes is None else _limit("max_bytes", max_bytes)
        self._lock = threading.Lock()
        self._links = {}
        self._bytes = 0
        self._hits = self._misses = self._evictions = 0
        self._root = root = []
        root[:] = [root, root, None, None, 0]

    def get(self, key, default=None):
        """Return the value and make it the newest, or return the default."""
        with self._lock:
            link = self._links.get(key)
            if link is None:
                self._misses += 1
                return default
            self._hits += 1
            self._cut(link)
            self._append(link)
            return link[VALUE]

    def put(self, key, value):
        """Store the value as the newest, evicting the oldest while a limit is exceeded."""
        size = size_of(value)
        with self._lock:
            if self.max_bytes is not None and size > self.max_bytes:
                raise ValueError(f"value of {size} bytes is larger than max_bytes={self.max_bytes}")
            link = self._links.get(key)
            if link is None:
                self._links[key] = link = [None, None, key, value, size]
            else:
                self._cut(link)
                self._bytes -= link[SIZE]
                link[VALUE], link[SIZE] = value, size
            self._append(link)
            self._bytes += size
            while self._too_much():
                oldest = self._root[NEWER]
                self._forget(oldest)
                self._evictions += 1

    def delete(self, key):
        """Remove the key and say if it was there."""
        with self._lock:
            link = self._links.get(key)
            if link is not None:
                self._forget(link)
            return link is not None

    def clear(self):
        """Empty the cache and zero its statistics."""
        with self._lock:
            for link in list(self._links.values()):
                self._forget(link)
            self._hits = self._misses = self._evictions = 0

    def keys(self):
        """Return the keys, oldest first."""
        with self._lock:
            found = []
            link = self._root[NEWER]
            while link is not self._root:
                found.append(link[KEY])
                link = link[NEWER]
            return found

    def stats(self):
        """Return hits, misses, evictions, entries and bytes."""
        with self._lock:
            return {
                "hits": self._hits,
                "misses": self._misses,
                "evictions": self._evictions,
                "entries": len(self._links),
                "bytes": self._bytes,
            }

    def __len__(self):
        with self._lock:
            return len(self._links)

    def __contains__(self, key):
        with self._lock:
            return key in self._links

    def _too_much(self):
        over = len(self._links) > self.capacity
        return over or (self.max_bytes is not None and self._bytes > self.max_bytes)

    def _append(self, link):
        newest = self._root[OLDER]
        link[OLDER], link[NEWER] = newest, self._root
        newest[NEWER] = self._root[OLDER] = link

    @staticmethod
    def _cut(link):
        link[OLDER][NEWER] = link[NEWER]
        link[NEWER][OLDER] = link[OLDER]
        link[OLDER] = link[NEWER] = None

    def _forget(self, link):
        self._cut(link)
        del self._links[link[KEY]]
        self._bytes -= link[SIZE]
