"""The limits hold at any time."""

import random

import pytest

from solution import LRUCache
from solution.sizes import check_limit, size_of


def test_sizes_add_up():
    cache = LRUCache(50, max_bytes=200)
    stored = {}
    chooser = random.Random(7)
    for _ in range(2000):
        key = chooser.randrange(80)
        stored[key] = b"x" * chooser.randrange(60)
        cache.put(key, stored[key])
        assert cache.stats()["bytes"] == sum(map(len, map(stored.get, cache.keys())))
        assert cache.stats()["bytes"] <= 200


@pytest.mark.parametrize(("value", "size"), [(b"abc", 3), ("abc", 3), ("ж", 2), ("", 0)])
def test_text_and_bytes_count_their_own_length(value, size):
    assert size_of(value) == size


@pytest.mark.parametrize("limit", [None, "3", 2.0, False])
def test_a_limit_is_an_integer(limit):
    with pytest.raises(TypeError):
        check_limit("capacity", limit)
