"""Keys: their order, and which of them are one key."""

import pytest
from lru_model import filled

from grader.examiner import expect


@pytest.mark.check("key_order")
def test_keys_start_with_the_least_recently_used(candidate):
    cache = candidate.new(4)
    expect(cache.keys(), [], "the keys of a new cache")
    for key in "dbca":
        cache.put(key, 1)
    expect(cache.keys(), ["d", "b", "c", "a"], "the keys in the order of the puts")
    cache.get("b")
    cache.put("d", 2)
    cache.get("missing")
    expect(cache.keys(), ["c", "a", "b", "d"], "the keys after get('b') and put('d', 2)")


@pytest.mark.check("key_order")
def test_the_first_key_is_the_next_to_be_evicted(candidate):
    cache, _ = filled(candidate, "abcd")
    for key in "cab":
        cache.get(key)
    for number in range(4):
        first = cache.keys()[0]
        cache.put(number, 1)
        expect(first in cache, False, f"{first!r}, the first key, was evicted by the next put")


@pytest.mark.check("key_order")
def test_keys_of_many_kinds_keep_their_order_and_type(candidate):
    keys = ["text", b"bytes", 5, 2.5, None, ("a", (1, b"x")), "", -1, "ключ"]
    cache = candidate.new(20)
    for key in keys:
        cache.put(key, "v")
    expect(cache.keys(), keys, "the keys as they were put")
    for key in reversed(keys):
        expect(cache.get(key), "v", f"the value of {key!r}")
    expect(cache.keys(), keys[::-1], "the keys in the order of use")


@pytest.mark.check("key_equality")
@pytest.mark.parametrize(
    "keys",
    [(1, 1.0, True), (0, False, 0.0), (True, 1), (2**53, float(2**53)), ((1, 0), (True, 0.0))],
    ids=repr,
)
def test_equal_keys_are_one_key(candidate, keys):
    for first in keys:
        for second in keys:
            cache = candidate.new(5)
            cache.put(first, b"first")
            cache.put("other", b"v")
            expect(cache.get(second), b"first", f"what was put under {first!r}, read as {second!r}")
            cache.put(second, b"second")
            expect(len(cache), 2, f"the number of entries, as {first!r} and {second!r} are one key")
            expect(cache.get(first), b"second", f"what was put under {second!r}, read as {first!r}")
            expect(second in cache, True, f"{second!r} is in the cache")
            cache.delete(second)
            expect(len(cache), 1, f"the number of entries, as delete({second!r}) removes {first!r}")


@pytest.mark.check("key_equality")
@pytest.mark.parametrize(
    "keys",
    [
        (1, "1"),
        ("a", b"a"),
        (None, "None"),
        ((1,), "(1,)"),
        (("1",), (1,)),
        (-1, -2),
        ("é", "e\u0301"),
        (0, None, "", ()),
    ],
    ids=repr,
)
def test_unequal_keys_are_different_keys(candidate, keys):
    cache = candidate.new(9)
    values = [f"value {number}" for number in range(len(keys))]
    for key, value in zip(keys, values, strict=True):
        cache.put(key, value)
    expect([cache.get(key) for key in keys], values, f"a value of its own for each of {keys!r}")
    expect(len(cache), len(keys), "the number of entries")


@pytest.mark.check("key_equality")
def test_keys_with_equal_hashes_are_different_keys(candidate):
    prime = 2**61 - 1
    cache, _ = filled(candidate, "", capacity=3)
    for key in (5, 5 + prime, 5 + 2 * prime):
        cache.put(key, str(key))
    cache.delete(5 + prime)
    expect(cache.get(5), "5", "the value of 5")
    expect(cache.get(5 + 2 * prime), str(5 + 2 * prime), "the value of a key with the same hash")
    expect(cache.keys(), [5, 5 + 2 * prime], "the keys that are left")
