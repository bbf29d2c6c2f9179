"""The statistics of a cache."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Counters:
    """Events since the cache was made or cleared."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0

    def snapshot(self, entries: int, stored: int) -> dict[str, int]:
        """Return a new dictionary of the counters beside the number of entries and of stored bytes."""
        return {
            "hits": self.hits,
            "misses": self.misses,
            "evictions": self.evictions,
            "entries": entries,
            "bytes": stored,
        }
