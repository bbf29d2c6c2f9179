"""An LRU cache bounded by the number of its entries and by the bytes of their values."""

from _vendor.mapping_tools import LRUCache

__all__ = ["LRUCache"]
