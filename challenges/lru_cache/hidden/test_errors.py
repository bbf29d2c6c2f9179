"""Errors: limits, values that can never fit, unhashable keys; none of them changes anything."""

import pytest
from lru_model import expect_state, filled

from grader.examiner import expect


@pytest.mark.check("constructor_errors")
@pytest.mark.parametrize(
    ("limit", "error"),
    [
        (0, "ValueError"),
        (-1, "ValueError"),
        (-(10**20), "ValueError"),
        (True, "TypeError"),
        (False, "TypeError"),
        (1.0, "TypeError"),
        (2.5, "TypeError"),
        ("1", "TypeError"),
        (b"1", "TypeError"),
        ([1], "TypeError"),
    ],
    ids=repr,
)
def test_a_limit_is_a_positive_int(candidate, limit, error):
    with candidate.raises(error):
        candidate.new(limit)
    with candidate.raises(error):
        candidate.new(1, limit)
    with candidate.raises(error):
        candidate.new(capacity=5, max_bytes=limit)


@pytest.mark.check("constructor_errors")
def test_capacity_must_be_given_and_not_none(candidate):
    with candidate.raises("TypeError"):
        candidate.new(None)
    with candidate.raises("TypeError"):
        candidate.new()


@pytest.mark.check("constructor_errors")
@pytest.mark.parametrize(
    ("positional", "named"),
    [
        ((1,), {}),
        ((1, 1), {}),
        ((1, None), {}),
        ((10**6, 10**15), {}),
        ((), {"capacity": 1}),
        ((1,), {"max_bytes": 1}),
    ],
)
def test_good_limits_are_taken(candidate, positional, named):
    cache = candidate.new(*positional, **named)
    cache.put("a", b"1")
    expect(cache.get("a"), b"1", "the value of a cache with the smallest limits")


@pytest.mark.check("too_large_value")
@pytest.mark.parametrize(
    "value",
    [b"x" * 11, b"x" * 100_000, "ж" * 6, "x" * 11, None, 5, (1, 2)],
    ids=lambda value: f"{value!r:.12}",
)
@pytest.mark.parametrize("key", ["new", "a", "c"], ids=["new_key", "oldest", "newest"])
def test_a_value_that_can_never_fit_changes_nothing(candidate, key, value):
    cache, model = filled(candidate, "abc", b"123", capacity=3, max_bytes=10)
    for target in (cache, model):
        target.get("missing")
    with candidate.raises("ValueError"):
        cache.put(key, value)
    expect_state(cache, model, f"after the refused put of {value!r:.20} under {key!r}")
    for held in "abc":
        expect(cache.get(held), model.get(held), f"the value of {held!r}, as it was before the refused put")


@pytest.mark.check("too_large_value")
def test_a_refused_value_evicts_nothing_of_a_full_cache(candidate):
    cache, model = filled(candidate, "ab", b"12345", capacity=2, max_bytes=10)
    for _ in range(2):
        with candidate.raises("ValueError"):
            cache.put("c", b"x" * 11)
        expect_state(cache, model, "after a refused put into a full cache")
    for target in (cache, model):
        target.put("c", b"x" * 10)
    expect_state(cache, model, "after a value that just fits")


@pytest.mark.check("too_large_value")
def test_an_empty_cache_refuses_too(candidate):
    cache, model = filled(candidate, "", capacity=1, max_bytes=1)
    with candidate.raises("ValueError"):
        cache.put("a", "ж")
    expect_state(cache, model, "after a refused put into an empty cache")


def offend(cache, call, key):
    """Make one of the four calls that take a key."""
    match call:
        case "in":
            return key in cache
        case "put":
            return cache.put(key, b"new")
        case _:
            return getattr(cache, call)(key)


@pytest.mark.check("unhashable_keys")
@pytest.mark.parametrize(
    ("call", "entries"),
    # An empty dict's `pop` does not even hash its key, so that `delete` is asked only where there is something.
    [("get", ""), ("put", ""), ("in", "")]
    + [(call, held) for call in ("get", "put", "delete", "in") for held in ("a", "ab")],
)
@pytest.mark.parametrize("max_bytes", [None, 6])
def test_an_unhashable_key_is_a_type_error_and_changes_nothing(candidate, call, entries, max_bytes):
    limits = {"capacity": 2} if max_bytes is None else {"capacity": 2, "max_bytes": max_bytes}
    cache, model = filled(candidate, entries, b"123", **limits)
    for _ in range(2):
        with candidate.raises("TypeError"):
            offend(cache, call, candidate.unhashable())
        expect_state(cache, model, f"after {call} with an unhashable key")
    for key in entries:
        expect(cache.get(key), b"123", f"the value of {key!r}, as it was before")


@pytest.mark.check("unhashable_keys")
@pytest.mark.parametrize("key", [{}, {"a": 1}, [1], ([],), (1, {})], ids=repr)
def test_every_kind_of_unhashable_key_is_refused(candidate, key):
    cache, model = filled(candidate, "ab", b"123", capacity=2)
    for call in ("get", "put", "delete", "in"):
        with candidate.raises("TypeError"):
            offend(cache, call, key)
    expect_state(cache, model, f"after four calls with {key!r} as the key")


@pytest.mark.check("unhashable_keys")
def test_a_default_does_not_hide_an_unhashable_key(candidate):
    cache, model = filled(candidate, "a")
    with candidate.raises("TypeError"):
        cache.get([], "default")
    expect_state(cache, model, "after get with an unhashable key and a default")
