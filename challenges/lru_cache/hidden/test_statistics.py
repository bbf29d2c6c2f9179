"""Statistics: every field, and that a result stands still."""

import pytest
from lru_model import Model, expect_state, figures, filled

from grader.examiner import expect

# Only the newest entry is read before others are evicted: the order of use is another check's.
CALLS = [
    *(("get", "a"), ("put", "a", b"12"), ("get", "a"), ("get", "a", b"default"), ("get", "z", b"default")),
    *(("put", "b", b"345"), ("get", "b"), ("put", "a", b"1"), ("get", "a"), ("put", "c", b"6789")),
    *(("get", "b"), ("get", "c"), ("put", "d", b"1"), ("get", "d"), ("put", "e", b"12"), ("put", "f", b"12")),
    *(("get", "e"), ("get", "f")),
]


@pytest.mark.check("statistics")
@pytest.mark.parametrize("max_bytes", [None, 100, 7])
def test_every_call_counts_as_the_statement_says(candidate, max_bytes):
    cache, model = candidate.new(2, max_bytes), Model(2, max_bytes)
    expect(figures(cache.stats()), model.stats(), "the statistics of a new cache")
    for number, (name, *arguments) in enumerate(CALLS, start=1):
        getattr(cache, name)(*arguments)
        getattr(model, name)(*arguments)
        expect(
            figures(cache.stats()),
            model.stats(),
            f"the statistics after call {number}, {name}{tuple(arguments)!r}",
        )


@pytest.mark.check("statistics")
def test_every_eviction_of_one_put_counts(candidate):
    cache, _ = filled(candidate, "abcde", b"12", capacity=10, max_bytes=10)
    cache.put("f", b"1234567")
    wanted = {"evictions": 4, "entries": 2, "bytes": 9}
    expect(figures(cache.stats(), tuple(wanted)), wanted, "four evictions by one put")


@pytest.mark.check("statistics")
def test_two_caches_count_apart(candidate):
    first, _ = filled(candidate, "abc", capacity=2)
    second, model = filled(candidate, "x", capacity=2)
    first.get("c")
    first.get("a")
    expect_state(second, model, "of a cache after another one was used")
    expect("c" in second, False, "what is in another cache is not in this one")


@pytest.mark.check("stats_snapshot")
@pytest.mark.parametrize(
    "calls",
    [
        [("get", "a"), ("get", "missing")],
        [("put", "c", b"12345"), ("put", "d", b"1")],
        [("delete", "a")],
        [("clear",)],
    ],
    ids=["get", "put", "delete", "clear"],
)
def test_results_are_not_changed_by_later_calls(candidate, calls):
    cache, model = filled(candidate, "ab", b"123")
    cache.get("b")
    model.get("b")
    program = [(cache, "stats", ()), (cache, "keys", ())]
    program += [(cache, name, tuple(arguments)) for name, *arguments in calls]
    results = candidate.batch([*program, (cache, "stats", ()), (cache, "keys", ())])
    expect(figures(results[0].value), model.stats(), "the statistics as they were when stats returned")
    expect(sorted(results[1].value), sorted(model.keys()), "the keys as they were when keys returned")
