"""An LRU cache with bounded memory; the statement says what each call does."""

from collections.abc import Hashable
from typing import Any


class LRUCache:
    """A cache that forgets what was used the longest ago."""

    def __init__(self, capacity: int, max_bytes: int | None = None) -> None:
        """Make an empty cache of at most `capacity` entries and, if given, `max_bytes` bytes of values."""
        raise NotImplementedError

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the value of a key, or `default` if there is none."""
        raise NotImplementedError

    def put(self, key: Hashable, value: Any) -> None:
        """Store or replace a value."""
        raise NotImplementedError

    def delete(self, key: Hashable) -> bool:
        """Remove a key; return whether it was there."""
        raise NotImplementedError

    def clear(self) -> None:
        """Remove all entries and reset the statistics."""
        raise NotImplementedError

    def keys(self) -> list[Hashable]:
        """Return the keys, the least recently used first."""
        raise NotImplementedError

    def stats(self) -> dict[str, int]:
        """Return hits, misses, evictions, entries and bytes."""
        raise NotImplementedError

    def __len__(self) -> int:
        """Return the number of entries."""
        raise NotImplementedError

    def __contains__(self, key: Hashable) -> bool:
        """Return whether a key is there."""
        raise NotImplementedError
