"""Tests of the generic cache: limits, order, sizes and statistics."""

import pytest

from solution import LRUCache


@pytest.fixture
def cache() -> LRUCache[str, bytes]:
    return LRUCache(3, max_bytes=9)


def test_both_limits_hold_after_a_put(cache: LRUCache[str, bytes]) -> None:
    for number in range(20):
        cache.put(str(number), b"x" * (number % 9 + 1))
        stats = cache.stats()
        assert stats["entries"] <= 3
        assert stats["bytes"] <= 9


def test_shrinking_a_value_frees_bytes(cache: LRUCache[str, bytes]) -> None:
    cache.put("a", b"12345678")
    cache.put("a", b"1")
    cache.put("b", b"12345678")
    assert cache.keys() == ["a", "b"]


def test_removing_the_ends_of_the_line(cache: LRUCache[str, bytes]) -> None:
    for key in "abc":
        cache.put(key, b"1")
    cache.delete("a")
    cache.delete("c")
    assert cache.keys() == ["b"]
    cache.delete("b")
    assert cache.keys() == []
    cache.put("d", b"1")
    assert cache.keys() == ["d"]


def test_equal_keys_are_one_key() -> None:
    cache: LRUCache[float, str] = LRUCache(3)
    cache.put(1, "int")
    cache.put(1.0, "float")
    assert len(cache) == 1
    assert cache.get(True) == "float"


def test_a_snapshot_of_the_statistics_stays_as_it_is(cache: LRUCache[str, bytes]) -> None:
    before = cache.stats()
    cache.put("a", b"1")
    cache.get("a")
    assert before == {"hits": 0, "misses": 0, "evictions": 0, "entries": 0, "bytes": 0}


def test_errors_leave_the_cache_alone(cache: LRUCache[str, bytes]) -> None:
    cache.put("a", b"1")
    with pytest.raises(ValueError):
        cache.put("b", b"x" * 10)
    with pytest.raises(TypeError):
        cache.put([], b"1")  # type: ignore[arg-type]
    assert cache.keys() == ["a"]
    assert cache.stats()["bytes"] == 1
