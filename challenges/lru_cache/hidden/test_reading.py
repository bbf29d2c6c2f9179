"""Reading: get, its default, stored values that are false, and looking without using."""

import pytest
from lru_model import expect_state, figures, filled

from grader.examiner import expect


@pytest.mark.check("get_and_default")
@pytest.mark.parametrize(
    "value", ["text", "жук €", b"\x00\xff", 42, -(10**30), 2.5, True, (1, ("a", None)), [1, [2]], {"k": (1,)}]
)
def test_get_returns_what_was_put(candidate, value):
    cache = candidate.new(2)
    cache.put("key", value)
    expect(cache.get("key"), value, "the value that was put")
    expect(cache.get("key", "default"), value, "the value that was put, as the key is there")


@pytest.mark.check("get_and_default")
def test_get_returns_the_very_object(candidate):
    cache, value = candidate.new(2), candidate.object()
    cache.put("key", value)
    expect(cache.get("key"), value, "the same object that was put")


@pytest.mark.check("get_and_default")
@pytest.mark.parametrize("default", [None, 0, "", "missing", [], False, b"x"])
def test_a_missing_key_gives_the_default_and_is_not_stored(candidate, default):
    cache = candidate.new(1)
    cache.put("kept", 1)
    expect(cache.get("key", default), default, "the default of a missing key")
    expect(cache.get("key"), None, "None, as the key was never put and no default is given")
    expect("key" in cache, False, "a default is not stored")
    expect(cache.keys(), ["kept"], "the keys after two misses")


@pytest.mark.check("get_and_default")
def test_the_default_may_be_given_by_name(candidate):
    cache = candidate.new(1)
    expect(cache.get("key", default=7), 7, "the default of a missing key")


@pytest.mark.check("get_and_default")
def test_a_key_that_is_gone_gives_the_default(candidate):
    cache, _ = filled(candidate, "bc", capacity=10)
    cache.delete("b")
    expect(cache.get("b", "default"), "default", "the default, as 'b' was deleted")
    expect(cache.get("c", "default"), b"v", "the value of 'c', which is still there")
    cache.clear()
    expect(cache.get("c", "default"), "default", "the default, as the cache was cleared")


@pytest.mark.check("stored_none")
@pytest.mark.parametrize("value", [None, 0, 0.0, False, "", b"", (), [], {}])
def test_a_stored_value_that_is_false_is_a_hit(candidate, value):
    cache = candidate.new(2)
    cache.put("key", value)
    cache.put("other", 1)
    expect(cache.get("key", "default"), value, "the stored value, not the default")
    stats = figures(cache.stats(), ("hits", "misses"))
    expect(stats, {"hits": 1, "misses": 0}, "one hit and no miss")
    expect("key" in cache, True, "the key is there")
    cache.delete("key")
    expect(len(cache), 1, "delete finds a key whose value is false")


@pytest.mark.check("looking")
def test_in_tells_whether_a_key_is_there(candidate):
    cache, _ = filled(candidate, "abc", capacity=10)
    cache.delete("a")
    expect(
        [key in cache for key in "abcd"], [False, True, True, False], "which of a, b, c, d are in the cache"
    )


@pytest.mark.check("looking")
def test_looking_neither_reorders_nor_counts(candidate):
    cache, model = filled(candidate, "abc", capacity=10)
    for look in (
        lambda: "a" in cache,
        lambda: "missing" in cache,
        lambda: len(cache),
        cache.keys,
        cache.stats,
    ):
        look()
        expect_state(cache, model, "after looking")
    cache.put("d", b"v")
    model.put("d", b"v")
    expect_state(cache, model, "after a put that follows looking at 'a'")


@pytest.mark.check("looking")
def test_len_follows_the_entries(candidate):
    cache = candidate.new(5)
    seen = [len(cache)]
    for change in (
        lambda: cache.put("a", 1),
        lambda: cache.put("a", 2),
        lambda: cache.put("b", 1),
        lambda: cache.put("c", 1),
        lambda: cache.delete("c"),
        lambda: cache.get("missing"),
        cache.clear,
    ):
        change()
        seen.append(len(cache))
    expect(
        seen,
        [0, 1, 1, 2, 3, 2, 2, 0],
        "len after each of put a, put a, put b, put c, delete c, a miss, clear",
    )
