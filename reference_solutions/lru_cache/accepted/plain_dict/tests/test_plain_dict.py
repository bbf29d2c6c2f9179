"""Tests of the dictionary based cache."""

import pytest

from solution import LRUCache


def test_statistics_count_hits_misses_and_evictions():
    cache = LRUCache(1)
    cache.put("a", b"1")
    cache.put("b", b"12")
    cache.get("a")
    cache.get("b")
    assert cache.stats() == {"hits": 1, "misses": 1, "evictions": 1, "entries": 1, "bytes": 2}


def test_a_stored_none_is_found():
    cache = LRUCache(1)
    cache.put("a", None)
    assert cache.get("a", "missing") is None


@pytest.mark.parametrize("limits", [(0,), (-1,), (1, 0)])
def test_limits_start_at_one(limits):
    with pytest.raises(ValueError):
        LRUCache(*limits)


def test_deleting_frees_the_bytes():
    cache = LRUCache(2, max_bytes=4)
    cache.put("a", b"1234")
    assert cache.delete("a")
    assert not cache.delete("a")
    assert cache.stats()["bytes"] == 0
