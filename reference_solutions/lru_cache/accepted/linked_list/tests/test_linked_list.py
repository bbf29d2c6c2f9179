"""What the public tests leave out."""

import gc
import sys
import weakref

import pytest

from solution import LRUCache


class Thing:
    """Something that can be referred to weakly."""


@pytest.fixture
def no_collection():
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    "forget",
    [
        lambda cache: cache.delete("thing"),
        lambda cache: cache.clear(),
        lambda cache: cache.put("thing", None),
        lambda cache: (cache.put("b", None), cache.put("c", None)),
    ],
    ids=["delete", "clear", "replace", "evict"],
)
def test_a_forgotten_value_is_let_go_at_once(no_collection, forget):
    cache = LRUCache(2)
    thing = Thing()
    seen = weakref.ref(thing)
    cache.put("thing", thing)
    cache.put("a", None)
    del thing
    forget(cache)
    assert seen() is None


def test_sizes_of_strings_are_counted_in_utf8():
    cache = LRUCache(2)
    cache.put("a", "€")
    assert cache.stats()["bytes"] == 3


def test_sizes_of_other_values_are_taken_from_the_interpreter():
    cache = LRUCache(2)
    value = [1, 2, 3]
    cache.put("a", value)
    assert cache.stats()["bytes"] == sys.getsizeof(value)


def test_clear_resets_the_statistics():
    cache = LRUCache(1)
    cache.put("a", 1)
    cache.put("b", 1)
    cache.get("b")
    cache.clear()
    assert set(cache.stats().values()) == {0}


def test_growing_a_value_evicts_others_and_keeps_it():
    cache = LRUCache(3, max_bytes=6)
    cache.put("a", b"12")
    cache.put("b", b"12")
    cache.put("a", b"12345")
    assert cache.keys() == ["a"]
    assert cache.stats()["evictions"] == 1


def test_looking_does_not_use_an_entry():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert "a" in cache
    cache.put("c", 3)
    assert cache.keys() == ["b", "c"]
