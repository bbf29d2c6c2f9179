"""Tests of the cache beyond the public ones."""

import threading

import pytest

from solution import LRUCache


@pytest.mark.parametrize("number", [True, 1.0, "1"])
def test_limits_must_be_ints(number):
    with pytest.raises(TypeError):
        LRUCache(number)
    with pytest.raises(TypeError):
        LRUCache(1, number)


def test_get_makes_an_entry_the_most_recently_used():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert cache.keys() == ["a", "c"]


def test_a_large_value_evicts_as_many_as_it_needs():
    cache = LRUCache(10, max_bytes=10)
    for key in "abcde":
        cache.put(key, b"12")
    cache.put("f", b"123456789")
    assert cache.keys() == ["f"]
    assert cache.stats()["evictions"] == 5


def test_a_value_that_cannot_fit_changes_nothing():
    cache = LRUCache(2, max_bytes=4)
    cache.put("a", b"1234")
    with pytest.raises(ValueError, match="expected at most 4"):
        cache.put("a", b"12345")
    assert cache.get("a") == b"1234"


def test_replacing_is_no_eviction():
    cache = LRUCache(1)
    cache.put("a", 1)
    cache.put("a", 2)
    assert cache.stats()["evictions"] == 0


def test_unhashable_keys_are_not_counted():
    cache = LRUCache(1)
    with pytest.raises(TypeError):
        cache.get([])
    assert cache.stats()["misses"] == 0


def test_no_hit_is_lost_between_threads():
    cache = LRUCache(1)
    cache.put("a", 1)

    def read():
        for _ in range(1000):
            cache.get("a")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.stats()["hits"] == 4000
