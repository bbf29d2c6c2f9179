"""A cache of bounded memory that forgets what was used the longest ago."""

from solution.cache import LRUCache

__all__ = ["LRUCache"]
