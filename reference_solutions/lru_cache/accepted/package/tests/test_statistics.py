"""What is counted, and what is not."""

from solution import LRUCache


def test_looking_counts_nothing():
    cache = LRUCache(2)
    cache.put("a", 1)
    assert "a" in cache
    assert "b" not in cache
    assert len(cache) == 1
    stats = cache.stats()
    assert (stats["hits"], stats["misses"]) == (0, 0)


def test_deleting_and_replacing_are_no_evictions():
    cache = LRUCache(1)
    cache.put("a", 1)
    cache.put("a", 2)
    cache.delete("a")
    assert cache.stats()["evictions"] == 0


def test_clearing_starts_anew():
    cache = LRUCache(1)
    cache.put("a", 1)
    cache.put("b", 1)
    cache.get("a")
    cache.clear()
    assert set(cache.stats().values()) == {0}
    assert cache.keys() == []
