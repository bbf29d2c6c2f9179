"""The size of a value: bytes, text, anything else, subclasses, and when it is taken."""

import sys

import pytest
from lru_model import expect_keys, figures

from grader.examiner import expect


def stored_bytes(cache):
    """Return what the statistics say of the bytes."""
    return figures(cache.stats(), ("bytes",))["bytes"]


@pytest.mark.check("value_sizes")
@pytest.mark.parametrize(
    ("value", "size"),
    [
        (b"", 0),
        (b"abc", 3),
        (b"\xff" * 1000, 1000),
        ("", 0),
        ("abc", 3),
        ("ж", 2),
        ("€uro", 6),
        ("😀", 4),
        ("\x00", 1),
    ],
)
def test_bytes_and_text_count_their_own_length(candidate, value, size):
    cache = candidate.new(1, 10**6)
    cache.put("key", value)
    expect(stored_bytes(cache), size, f"the size of {value!r:.40}")


@pytest.mark.check("value_sizes")
def test_subclasses_of_bytes_and_text_count_alike(candidate):
    cache = candidate.new(2, 10**6)
    cache.put("text", candidate.str_subclass("ключ"))
    expect(stored_bytes(cache), 8, "the UTF-8 length of a str subclass")
    cache.put("bytes", candidate.bytes_subclass(b"12345"))
    expect(stored_bytes(cache), 13, "with the length of a bytes subclass added")


@pytest.mark.check("value_sizes")
@pytest.mark.parametrize("value", [None, 1.5, 7, True, 10**40], ids=repr)
def test_other_values_count_what_the_interpreter_says(candidate, value):
    cache = candidate.new(1, 10**6)
    cache.put("key", value)
    expect(stored_bytes(cache), sys.getsizeof(value), f"sys.getsizeof({value!r})")


@pytest.mark.check("value_sizes")
@pytest.mark.parametrize("size", [100, 5000])
def test_objects_count_what_the_interpreter_says(candidate, size):
    cache, value = candidate.new(1, 10**6), candidate.object(size=size)
    cache.put("key", value)
    expect(stored_bytes(cache), value.size, "sys.getsizeof of an object")


@pytest.mark.check("value_sizes")
def test_sizes_of_all_kinds_count_towards_max_bytes(candidate):
    value = candidate.object(size=500)
    cache = candidate.new(10, max_bytes=value.size + 7)
    cache.put("object", value)
    cache.put("text", "ж€")
    cache.put("bytes", b"12")
    expect_keys(cache, ["object", "text", "bytes"], "all three, which fill the cache to the last byte")
    cache.put("more", b"1")
    expect_keys(cache, ["text", "bytes", "more"], "the object was evicted for one byte more")


@pytest.mark.check("value_sizes")
def test_keys_are_free(candidate):
    cache = candidate.new(2, max_bytes=4)
    cache.put("k" * 1000, b"12")
    cache.put(("a", "long", "tuple"), b"34")
    expect(stored_bytes(cache), 4, "the values' sizes alone")
    expect(len(cache), 2, "both entries fit")


@pytest.mark.check("size_taken_once")
@pytest.mark.parametrize(
    ("forget", "left"),
    [
        (lambda cache: cache.delete("key"), 3),
        (lambda cache: cache.put("key", b"12"), 5),
        (lambda cache: cache.put("large", b"x" * 9_998), 9_998),
    ],
    ids=["delete", "replace", "evict"],
)
@pytest.mark.parametrize("later", [50, 5000])
def test_a_value_that_changes_later_keeps_its_size(candidate, forget, left, later):
    cache, value = candidate.new(10, max_bytes=10_000), candidate.object(size=500)
    stored = value.size
    cache.put("key", value)
    cache.put("other", b"123")
    value.resize(later)
    expect(stored_bytes(cache), stored + 3, "the size that the value had when it was put")
    cache.get("key")
    expect(stored_bytes(cache), stored + 3, "the same after get")
    forget(cache)
    expect(stored_bytes(cache), left, "the size that was put in is what comes out")


@pytest.mark.check("size_taken_once")
def test_a_value_that_grows_in_the_cache_evicts_nothing(candidate):
    value = candidate.object(size=500)
    cache = candidate.new(10, max_bytes=value.size + 10)
    cache.put("key", value)
    value.resize(5000)
    cache.put("other", b"1234567890")
    cache.get("key")
    expect(len(cache), 2, "both entries, as their sizes were taken when they were put")
