"""Memory: what is let go at once, and what never grows, by the kernel's account of the candidate's sandbox."""

import pytest

from grader.examiner import expect

CAPACITY = 500
CALLS = 15_000  # a time; what is remembered of a call takes 40 bytes or more, so that 45,000 take 1.7 MiB
REPEATS = 4
FRESH = 10**9
ALLOWED_MIB = 1.25
EMPTY_MIB = 16.0


def memory_mib(candidate):
    """Return the memory that the sandbox uses, 0.0 where the kernel's account is not to be had."""
    return candidate.usage().memory_mib or 0.0


@pytest.mark.check("letting_go")
@pytest.mark.parametrize(
    ("forget", "how"),
    [
        (lambda cache, _: cache.delete("key"), "deleted"),
        (lambda cache, _: cache.clear(), "cleared"),
        (lambda cache, _: cache.put("key", b"other"), "replaced"),
        (lambda cache, candidate: cache.put("key", candidate.object()), "replaced by another object"),
        (lambda cache, _: [cache.put(number, b"v") for number in range(3)], "evicted for lack of entries"),
        (lambda cache, _: cache.put("large", b"x" * 9_990), "evicted for lack of bytes"),
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else "",
)
@pytest.mark.parametrize("neighbours", ["", "ab"], ids=["alone", "between_others"])
def test_a_value_is_let_go_when_the_call_returns(candidate, forget, how, neighbours):
    cache, value = candidate.new(3, 10_000), candidate.object()
    for key in (*neighbours[:1], "key", *neighbours[1:]):
        cache.put(key, value if key == "key" else b"neighbour")
    value.release()
    expect(value.is_alive(), True, "the cache holds the value")
    forget(cache, candidate)
    expect(value.is_alive(), False, f"something still refers to a value that was {how}")


@pytest.mark.check("letting_go")
def test_a_value_that_was_read_is_let_go_too(candidate):
    cache, value = candidate.new(2), candidate.object()
    cache.put("key", value)
    candidate.batch(
        [(cache, "get", ("key",)), (cache, "get", ("missing",)), (cache, "__contains__", ("key",))]
    )
    value.release()
    cache.delete("key")
    expect(value.is_alive(), False, "something still refers to a value that was read and then deleted")


@pytest.mark.check("letting_go")
def test_clearing_lets_go_of_every_value(candidate):
    cache, values = candidate.new(10), [candidate.object() for _ in range(5)]
    for number, value in enumerate(values):
        cache.put(number, value)
    cache.get(0)
    cache.delete(2)
    for value in values:
        value.release()
    expect([value.is_alive() for value in values], [True, True, False, True, True], "which values are held")
    cache.clear()
    expect([value.is_alive() for value in values], [False] * 5, "which values are held after clear")


@pytest.mark.check("huge_capacity")
@pytest.mark.parametrize("limits", [(10**12,), (10**12, 10**15), (20_000_000,)], ids=repr)
def test_an_empty_cache_is_cheap_whatever_its_capacity(candidate, limits):
    before = memory_mib(candidate)
    cache = candidate.new(*limits)
    cache.put("a", b"1")
    cache.put("b", b"2")
    grown = memory_mib(candidate) - before
    expect(grown < EMPTY_MIB, True, f"a cache of two entries took {grown:.0f} MiB; a few KiB are enough")
    cache.delete("b")
    expect([cache.get("a"), len(cache)], [b"1", 1], "what get and len give")


def hit(cache, _):
    """Reads of keys that are there."""
    for _ in range(CALLS // CAPACITY):
        cache.map("get", [range(CAPACITY)], results=False)


def replace(cache, _):
    """Replacements of values."""
    for _ in range(CALLS // CAPACITY):
        cache.map("put", [range(CAPACITY), [b"v"] * CAPACITY], results=False)


def miss(cache, fresh):
    """Reads of keys that were never there."""
    cache.map("get", [range(fresh, fresh + CALLS)], results=False)


def churn(cache, fresh):
    """Puts that evict an entry each."""
    keys = range(fresh, fresh + CALLS)
    cache.map("put", [keys, keys], results=False)


def put_and_delete(cache, fresh):
    """Entries that were put and deleted again."""
    for start in range(fresh, fresh + CALLS, CAPACITY):
        keys = range(start, start + CAPACITY)
        cache.map("put", [keys, keys], results=False)
        cache.map("delete", [keys], results=False)


@pytest.mark.check("memory_growth")
@pytest.mark.parametrize("use", [hit, replace, miss, churn, put_and_delete], ids=lambda use: use.__name__)
def test_memory_does_not_grow_with_calls(candidate, use):
    cache = candidate.new(CAPACITY)
    cache.map("put", [range(CAPACITY), [b"v"] * CAPACITY], results=False)
    use(cache, FRESH)
    before = memory_mib(candidate)
    for repeat in range(1, REPEATS):
        use(cache, FRESH + repeat * CALLS)
    grown = memory_mib(candidate) - before
    what = f"{(REPEATS - 1) * CALLS} {use.__doc__[0].lower()}{use.__doc__[1:-1]}"
    expect(grown < ALLOWED_MIB, True, f"{what} took {grown:.1f} MiB for good")
