"""Evicting: which entry goes, how many go, and what replacing does to order, bytes and counters."""

import pytest
from lru_model import Model, expect_keys, expect_state, figures, filled

from grader.examiner import expect


@pytest.mark.check("eviction_order")
@pytest.mark.parametrize("capacity", [1, 2, 3, 10])
def test_exactly_capacity_entries_are_held(candidate, capacity):
    cache = candidate.new(capacity)
    for number in range(capacity):
        cache.put(number, b"v")
    expect(
        figures(cache.stats(), ("entries", "evictions")),
        {"entries": capacity, "evictions": 0},
        "a full cache",
    )
    cache.put("new", b"v")
    expect_keys(cache, [*range(1, capacity), "new"], "the oldest entry made room for the new one")
    expect(
        figures(cache.stats(), ("entries", "evictions")),
        {"entries": capacity, "evictions": 1},
        "one eviction",
    )


@pytest.mark.check("eviction_order")
@pytest.mark.parametrize(
    ("uses", "evicted"),
    [
        ("", "abc"),
        ("a", "bca"),
        ("c", "abc"),
        ("b", "acb"),
        ("ab", "cab"),
        ("ba", "cba"),
        ("aab", "cab"),
        ("cba", "cba"),
    ],
)
def test_the_entry_used_the_longest_ago_goes_first(candidate, uses, evicted):
    cache, _ = filled(candidate, "abc")
    for key in uses:
        cache.get(key)
    gone = []
    for number in range(3):
        cache.put(number, b"v")
        held = cache.keys()
        gone += [key for key in "abc" if key not in gone and key not in held]
    expect("".join(gone), evicted, f"the order in which a, b, c are evicted after the uses {uses!r}")


@pytest.mark.check("eviction_order")
def test_a_miss_changes_nothing_in_the_order(candidate):
    cache, model = filled(candidate, "abc")
    cache.get("missing")
    model.get("missing")
    expect_state(cache, model, "after a miss")


@pytest.mark.check("eviction_order")
def test_an_evicted_key_comes_back_as_the_newest(candidate):
    cache, _ = filled(candidate, "abc", capacity=2)
    cache.put("a", b"again")
    expect_keys(cache, ["c", "a"], "the keys after 'a' was evicted and put again")
    expect(cache.get("a"), b"again", "the value that was put last")


@pytest.mark.check("eviction_order")
def test_reading_a_stored_none_is_a_use(candidate):
    cache, _ = filled(candidate, "abc", None)
    cache.get("b")
    expect_keys(cache, ["a", "c", "b"], "the keys after get('b') was a hit")


@pytest.mark.check("replacing")
def test_replacing_stores_the_new_value_and_refreshes_the_entry(candidate):
    cache, model = filled(candidate, "abc", capacity=10)
    for target in (cache, model):
        target.put("a", b"new")
    expect_state(cache, model, "after replacing 'a'")
    expect(cache.get("a"), b"new", "the value that was put last")


@pytest.mark.check("replacing")
@pytest.mark.parametrize("value", [b"v", b"other", b"", "text"])
def test_replacing_in_a_full_cache_is_no_eviction(candidate, value):
    cache, model = filled(candidate, "ab", capacity=2)
    for target in (cache, model):
        target.put("a", value)
        target.put("b", value)
    expect_state(cache, model, "after replacing both entries of a full cache")


@pytest.mark.check("replacing")
@pytest.mark.parametrize(
    ("sizes", "keys"),
    [
        ((1,), "bca"),
        ((4,), "bca"),
        ((5,), "ca"),
        ((9,), "a"),
        ((10,), "a"),
        ((9, 2), "a"),
        ((1, 7), "ca"),
        ((1, 4, 2), "bca"),
    ],
)
def test_replacing_accounts_for_the_size_of_the_new_value(candidate, sizes, keys):
    cache, model = filled(candidate, "abc", b"333", capacity=5, max_bytes=10)
    for size in sizes:
        for target in (cache, model):
            target.put("a", b"x" * size)
        expect_state(cache, model, f"after replacing a value of 3 bytes by one of {size}")
    expect_keys(cache, list(keys), "the entries that still fit")


@pytest.mark.check("replacing")
def test_a_growing_value_never_evicts_itself(candidate):
    cache, model = filled(candidate, "ab", b"1234", capacity=5, max_bytes=8)
    for target in (cache, model):
        target.put("a", b"12345678")
    expect_state(cache, model, "after the least recently used value grew to fill the cache")
    expect(cache.get("a"), b"12345678", "the value that was put last")


@pytest.mark.check("byte_limit")
def test_a_cache_is_filled_to_the_last_byte(candidate):
    cache, model = filled(candidate, "ab", b"12345", capacity=5, max_bytes=10)
    expect_state(cache, model, "after two values of 5 bytes with max_bytes=10")
    for target in (cache, model):
        target.put("c", b"")
    expect_state(cache, model, "after a value of no bytes was added")
    for target in (cache, model):
        target.put("d", b"1")
    expect_state(cache, model, "after one byte more than fits")


@pytest.mark.check("byte_limit")
@pytest.mark.parametrize("size", range(1, 11))
def test_as_many_entries_go_as_are_needed(candidate, size):
    cache, model = filled(candidate, "abcde", b"12", capacity=10, max_bytes=10)
    for target in (cache, model):
        target.put("f", b"x" * size)
    expect_state(cache, model, f"after five values of 2 bytes and one of {size} with max_bytes=10")


@pytest.mark.check("byte_limit")
def test_recency_decides_which_bytes_go(candidate):
    cache, model = filled(candidate, "abcd", b"12", capacity=10, max_bytes=8)
    for target in (cache, model):
        target.put("b", b"21")
        target.put("a", b"21")
        target.put("e", b"123")
    expect_state(cache, model, "after 'b' and 'a' were replaced and 3 bytes were put")


@pytest.mark.check("byte_limit")
def test_both_limits_hold(candidate):
    cache, model = candidate.new(3, 12), Model(3, 12)
    for number, size in enumerate([1, 1, 1, 1, 12, 3, 3, 3, 6, 6, 0, 0, 0, 12, 5]):
        for target in (cache, model):
            target.put(number, b"x" * size)
        expect_state(
            cache, model, f"after put number {number + 1}, of {size} bytes, with capacity=3 and max_bytes=12"
        )


@pytest.mark.check("byte_limit")
@pytest.mark.parametrize("limits", [{"capacity": 2, "max_bytes": None}, {"capacity": 2}])
def test_without_max_bytes_any_size_is_taken(candidate, limits):
    cache = candidate.new(**limits)
    cache.put("large", b"x" * 100_000)
    cache.put("small", b"x")
    expect_keys(cache, ["large", "small"], "both entries, as there is no limit on bytes")
