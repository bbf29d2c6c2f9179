"""Speed: growth of processor time with the entries held, and the cost of mixed batches against the reference."""

import random

import pytest

SIZES = (1_000, 4_000, 16_000)
EVICTION_SIZES = (500, 2_000, 8_000)
CALLS = 400


def filled(candidate, size, max_bytes=None):
    """Return a full cache of the numbers from 0, each with a value of two bytes."""
    cache = candidate.new(size, max_bytes)
    cache.map("put", [list(range(size)), [b"vv"] * size], results=False)
    return cache


@pytest.mark.check("constant_time")
def test_known_keys_take_the_same_time_at_every_size(candidate, growth):
    chooser = random.Random(4)
    chosen = {size: [chooser.sample(range(size), CALLS) for _ in range(3)] for size in SIZES}

    def use(cache, size):
        read, replaced, deleted = chosen[size]
        cache.map("get", [read], results=False)
        cache.map("put", [replaced, [b"ww"] * CALLS], results=False)
        cache.map("delete", [deleted[: CALLS // 2]], results=False)
        cache.map("put", [deleted[: CALLS // 2], [b"vv"] * (CALLS // 2)], results=False)
        return 3 * CALLS

    growth.measure("slope", SIZES, lambda size: filled(candidate, size, 2 * size), use)


@pytest.mark.check("eviction_time")
def test_evicting_takes_the_same_time_at_every_size(candidate, growth):
    fresh = dict.fromkeys(EVICTION_SIZES, 0)

    def churn(cache, size):
        start = fresh[size] = fresh[size] - 2 * CALLS
        keys = list(range(start, start + 2 * CALLS))
        cache.map("put", [keys, [b"vv"] * len(keys)], results=False)
        return len(keys)

    growth.measure("eviction_slope", EVICTION_SIZES, lambda size: filled(candidate, size, 2 * size), churn)


@pytest.mark.check("batch_cost")
def test_a_batch_of_mixed_calls_costs_no_more_than_a_linked_list(load):
    load.compare("batch_ratio", "MixedBatches")
