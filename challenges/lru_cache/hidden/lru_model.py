"""The statement as a slow and obvious cache, and how the suite looks at a candidate's."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

from grader.examiner import expect

FIELDS = ("hits", "misses", "evictions", "entries", "bytes")


class TooLarge(Exception):  # noqa: N818 - what the statement calls a value that can never fit
    """The value alone is larger than `max_bytes`."""


@dataclass
class Model:
    """What a right cache holds: rows of key, value and size, the least recently used first.

    Unhashable keys raise `TypeError`, and nothing has changed.
    """

    capacity: int
    max_bytes: int | None = None
    rows: list[tuple[Any, Any, int]] = field(default_factory=list)
    hits: int = 0
    misses: int = 0
    evictions: int = 0

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value, or the default, and count."""
        hash(key)
        for row in self.rows:
            if row[0] == key:
                self.hits += 1
                self.rows.remove(row)
                self.rows.append(row)
                return row[1]
        self.misses += 1
        return default

    def put(self, key: Any, value: Any) -> None:
        """Store a value; raises `TooLarge`, and then nothing has changed."""
        hash(key)
        size = size_of(value)
        if self.max_bytes is not None and size > self.max_bytes:
            raise TooLarge
        self.delete(key)
        self.rows.append((key, value, size))
        while self.is_over():
            del self.rows[0]
            self.evictions += 1

    def delete(self, key: Any) -> bool:
        """Remove a key; return whether it was there."""
        hash(key)
        before = len(self.rows)
        self.rows = [row for row in self.rows if row[0] != key]
        return len(self.rows) < before

    def __contains__(self, key: Any) -> bool:
        hash(key)
        return any(row[0] == key for row in self.rows)

    def clear(self) -> None:
        """Be as new."""
        self.rows = []
        self.hits = self.misses = self.evictions = 0

    def is_over(self) -> bool:
        """Tell whether a limit is exceeded."""
        return len(self.rows) > self.capacity or (self.max_bytes is not None and self.bytes > self.max_bytes)

    @property
    def bytes(self) -> int:
        """The sum of all sizes."""
        return sum(size for _, _, size in self.rows)

    def keys(self) -> list[Any]:
        """Return the keys, the least recently used first."""
        return [key for key, _, _ in self.rows]

    def stats(self) -> dict[str, int]:
        """Return the five figures of the statement."""
        counts = {"hits": self.hits, "misses": self.misses, "evictions": self.evictions}
        return {**counts, "entries": len(self.rows), "bytes": self.bytes}


def size_of(value: Any) -> int:
    """Return the size that the statement gives a value; both sides run the same Python."""
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, str):
        return len(value.encode())
    return sys.getsizeof(value)


def figures(stats: Any, fields: tuple[str, ...] = FIELDS) -> dict[str, Any]:
    """Return the statement's fields of a candidate's statistics; others may be there and are left aside."""
    expect(type(stats).__name__, "dict", "stats returns a dictionary")
    missing = [name for name in fields if name not in stats]
    expect(missing, [], "no field is missing from the statistics")
    return {name: stats[name] for name in fields}


def plain(keys: Any) -> list[Any]:
    """Return keys with equal numbers made alike: which of `1`, `1.0` and `True` is listed is left open."""
    expect(type(keys).__name__, "list", "keys returns a list")
    return [int(key) if isinstance(key, bool | float) and key == int(key) else key for key in keys]


def expect_keys(cache: Any, wanted: list[Any], meaning: str) -> None:
    """Hold the keys in their order; a list turned round as a whole is left to the check of `keys` itself."""
    keys = plain(cache.keys())
    if keys != plain(wanted)[::-1]:
        expect(keys, plain(wanted), meaning)


def expect_state(cache: Any, model: Model, after: str) -> None:
    """Hold everything that can be seen without using an entry against the model.

    One mistake should not be paid for in every check: bytes count only where they are limited.
    """
    fields = FIELDS if model.max_bytes is not None else FIELDS[:-1]
    wanted = {name: figure for name, figure in model.stats().items() if name in fields}
    expect_keys(cache, model.keys(), f"keys, the least recently used first, {after}")
    expect(figures(cache.stats(), fields), wanted, f"the statistics {after}")
    expect(len(cache), len(model.rows), f"the number of entries {after}")


def filled(candidate: Any, keys: str, value: Any = b"v", **limits: int) -> tuple[Any, Model]:
    """Return a candidate's cache and a model into which a key for each letter was put."""
    limits = {"capacity": len(keys), **limits}
    cache, model = candidate.new(**limits), Model(**limits)
    for key in keys:
        cache.put(key, value)
        model.put(key, value)
    return cache, model
