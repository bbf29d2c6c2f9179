"""The main cases of the statement; the hidden tests check all of it."""

import pytest

from solution import LRUCache


def test_a_value_comes_back():
    cache = LRUCache(2)
    cache.put("a", 1)
    assert cache.get("a") == 1


def test_a_missing_key_gives_the_default():
    cache = LRUCache(2)
    assert cache.get("a") is None
    assert cache.get("a", "nothing") == "nothing"


def test_the_least_recently_used_entry_is_evicted():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")
    cache.put("c", 3)
    assert cache.keys() == ["a", "c"]
    assert len(cache) == 2


def test_the_bytes_of_all_values_are_bounded():
    cache = LRUCache(10, max_bytes=10)
    cache.put("a", b"1234")
    cache.put("b", "жж")
    cache.put("c", b"123456")
    assert cache.keys() == ["b", "c"]
    assert cache.stats()["bytes"] == 10


def test_a_value_that_can_never_fit_is_refused():
    cache = LRUCache(10, max_bytes=4)
    cache.put("a", b"1234")
    with pytest.raises(ValueError):
        cache.put("a", b"12345")
    assert cache.get("a") == b"1234"


@pytest.mark.parametrize(("limit", "error"), [(0, ValueError), (-1, ValueError), ("2", TypeError), (True, TypeError)])
def test_limits_are_positive_ints(limit, error):
    with pytest.raises(error):
        LRUCache(limit)
    with pytest.raises(error):
        LRUCache(1, max_bytes=limit)


def test_delete_says_whether_the_key_was_there():
    cache = LRUCache(2)
    cache.put("a", 1)
    assert cache.delete("a") is True
    assert cache.delete("a") is False
    assert "a" not in cache


def test_statistics():
    cache = LRUCache(1)
    cache.put("a", b"1")
    cache.put("b", b"22")
    cache.get("a")
    cache.get("b")
    stats = cache.stats()
    assert (stats["hits"], stats["misses"], stats["evictions"]) == (1, 1, 1)
    assert (stats["entries"], stats["bytes"]) == (1, 2)
    cache.clear()
    stats = cache.stats()
    assert (stats["hits"], stats["misses"], stats["evictions"]) == (0, 0, 0)
    assert (stats["entries"], stats["bytes"]) == (0, 0)


def test_a_dictionary_of_statistics_is_not_changed_later():
    cache = LRUCache(1)
    before = cache.stats()
    cache.put("a", 1)
    cache.get("a")
    assert before["hits"] == 0
    assert before["entries"] == 0


def test_an_unhashable_key_is_a_type_error():
    cache = LRUCache(1)
    with pytest.raises(TypeError):
        cache.get([])
    with pytest.raises(TypeError):
        cache.put([], 1)
    assert cache.stats()["misses"] == 0
