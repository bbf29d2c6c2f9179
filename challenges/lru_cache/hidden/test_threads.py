"""Threads: keys that give way to other threads while they are hashed or compared make every race happen."""

from collections import Counter

import pytest
from lru_model import figures

from grader.examiner import expect

WRITERS = 3


def values_of(results):
    """Return the values of all results, after holding that no call of any thread failed."""
    failed = [f"{result.error}" for program in results for result in program if result.error is not None]
    expect(failed[:3], [], "no call of any thread raises an exception")
    return [[result.value for result in program] for program in results]


def looking(cache, program):
    """Return a program with looks at the cache after each of its calls."""
    looks = [(cache, name, ()) for name in ("stats", "__len__", "keys")]
    return [step for number, call in enumerate(program) for step in (call, looks[number % 3], looks[0])]


def watching(candidate, cache, names, rounds=80):
    """Return a program that only looks, and between its looks sleeps as long as a writer does amid its calls.

    Writers that wait for a lock look at nothing; a thread that never asks for the lock sees what is half done. It
    sleeps by reading from a cache of its own.
    """
    own, key = candidate.new(1), candidate.yielding_key(0)
    return [
        step for n in range(rounds) for step in ((own, "get", (key,)), (cache, names[n % len(names)], ()))
    ]


def writing(candidate, cache, writer, *, calls, spread=1000, size=10):
    """Return a program that puts one value after the other under keys of its own."""
    first = writer * spread
    return [(cache, "put", (candidate.yielding_key(first + n % spread), b"x" * size)) for n in range(calls)]


def seen_limits(programs):
    """Return the largest number of entries and of bytes that any look of any program saw."""
    entries, stored = [0], [0]
    for value in [value for program in programs for value in program]:
        if isinstance(value, dict):
            seen = figures(value)
            entries.append(seen["entries"])
            stored.append(seen["bytes"])
        elif isinstance(value, list):
            entries.append(len(value))
        elif type(value) is int:
            entries.append(value)
    return max(entries), max(stored)


def torn(results):
    """Return the first statistics that do not show 10 bytes for each entry."""
    values = [result.value for program in results for result in program if isinstance(result.value, dict)]
    seen = [figures(value) for value in values]
    return [
        f"{one['entries']} entries, {one['bytes']} bytes"
        for one in seen
        if one["bytes"] != 10 * one["entries"]
    ][:3]


@pytest.mark.check("thread_limits")
@pytest.mark.parametrize("limits", [(4, None), (100, 40), (4, 40)], ids=["capacity", "max_bytes", "both"])
def test_no_thread_sees_a_limit_exceeded(candidate, limits):
    cache = candidate.new(*limits)
    programs = [looking(cache, writing(candidate, cache, writer, calls=30)) for writer in range(WRITERS)]
    programs.append(watching(candidate, cache, ("__len__", "stats", "keys")))
    entries, stored = seen_limits(values_of(candidate.threads(programs)))
    expect(entries <= 4, True, f"at most 4 entries fit; a thread saw {entries}")
    expect(stored <= 40, True, f"at most 40 bytes fit; a thread saw {stored}")


@pytest.mark.check("thread_limits")
def test_replacing_in_many_threads_keeps_the_limit_of_bytes(candidate):
    cache = candidate.new(10, 40)
    programs = []
    for writer in range(WRITERS):
        keys = [candidate.yielding_key(n % 3) for n in range(30)]
        puts = [(cache, "put", (key, b"x" * ((7 * n + writer) % 20))) for n, key in enumerate(keys)]
        programs.append(looking(cache, puts))
    programs.append(watching(candidate, cache, ("stats", "__len__")))
    entries, stored = seen_limits(values_of(candidate.threads(programs)))
    expect(entries <= 3, True, f"there are 3 keys; a thread saw {entries} entries")
    expect(stored <= 40, True, f"at most 40 bytes fit; a thread saw {stored}")


@pytest.mark.check("thread_updates")
def test_no_put_is_lost(candidate):
    cache = candidate.new(1000)
    programs = [
        [(cache, "put", (candidate.yielding_key(writer * 50 + n), f"{writer * 50 + n}")) for n in range(50)]
        for writer in range(WRITERS)
    ]
    values_of(candidate.threads(programs))
    total = WRITERS * 50
    kept = candidate.batch([(cache, "get", (candidate.yielding_key(n),)) for n in range(total)])
    expect([result.value for result in kept], [f"{n}" for n in range(total)], "the value of every key")
    expect(len(cache), total, "the number of entries")


@pytest.mark.check("thread_updates")
def test_every_eviction_and_every_byte_is_counted(candidate):
    cache = candidate.new(5, 1000)
    programs = [writing(candidate, cache, writer, calls=50) for writer in range(WRITERS)]
    values_of(candidate.threads(programs))
    wanted = {"evictions": WRITERS * 50 - 5, "entries": 5, "bytes": 50}
    expect(
        figures(cache.stats(), tuple(wanted)),
        wanted,
        f"after {WRITERS * 50} puts of 10 bytes with capacity=5",
    )
    expect(len(cache.keys()), 5, "the number of keys")


@pytest.mark.check("thread_updates")
def test_every_hit_and_miss_is_counted(candidate):
    cache = candidate.new(10)
    cache.put(candidate.yielding_key(0), "here")
    program = [(cache, "get", (candidate.yielding_key(n % 2),)) for n in range(60)]
    values = values_of(candidate.threads([program] * WRITERS))
    expect(values, [["here", None] * 30] * WRITERS, "what the threads read")
    wanted = {"hits": 30 * WRITERS, "misses": 30 * WRITERS}
    expect(figures(cache.stats(), tuple(wanted)), wanted, "after that many hits and misses")


@pytest.mark.check("thread_updates")
def test_reading_while_others_evict_gives_the_value_or_the_default(candidate):
    cache = candidate.new(2)
    keys = [candidate.yielding_key(n) for n in range(4)]
    reader = [(cache, "get", (keys[n % 4],)) for n in range(80)]
    writer = [(cache, "put", (keys[n % 4], f"{n % 4}")) for n in range(80)]
    values = values_of(candidate.threads([reader, reader, writer, writer]))
    strange = [
        value for read in values[:2] for n, value in enumerate(read) if value not in (f"{n % 4}", None)
    ]
    expect(strange, [], "every read gives the key's own value or the default")
    stats = figures(cache.stats())
    expect(stats["hits"] + stats["misses"], 160, "hits and misses together, after 160 reads")
    expect([stats["entries"], len(cache), len(cache.keys())], [2, 2, 2], "the entries by stats, len and keys")


@pytest.mark.check("thread_updates")
def test_each_key_is_deleted_once(candidate):
    cache = candidate.new(100, 1000)
    keys = [candidate.yielding_key(n) for n in range(40)]
    for key in keys:
        cache.put(key, b"12345")
    values = values_of(candidate.threads([[(cache, "delete", (key,)) for key in keys]] * WRITERS))
    told = Counter(value for program in values for value in program)
    expect(told[True], 40, "how often delete said that the key was there, for 40 keys")
    wanted = {"entries": 0, "bytes": 0, "evictions": 0}
    expect(figures(cache.stats(), tuple(wanted)), wanted, "after everything was deleted")


@pytest.mark.check("thread_updates")
def test_replacing_and_deleting_in_many_threads_keeps_the_account(candidate):
    cache = candidate.new(6, 1000)
    programs = []
    for worker in range(WRITERS):
        program = []
        for n in range(40):
            key = candidate.yielding_key((n * 7 + worker) % 8)
            program.append(
                (cache, "delete", (key,))
                if n % 5 == worker
                else (cache, "put", (key, b"x" * (n % 7 + worker)))
            )
        programs.append(program)
    values_of(candidate.threads(programs))
    keys = cache.keys()
    stats = figures(cache.stats())
    held = candidate.batch([(cache, "get", (key,)) for key in keys])
    expect(
        [result.value for result in held if not isinstance(result.value, bytes)],
        [],
        "every key has its value",
    )
    expect(
        stats["bytes"], sum(len(result.value) for result in held), "bytes, as the sum of the values' sizes"
    )
    expect(stats["entries"], len(keys), "entries, as the number of keys")
    candidate.batch([(cache, "delete", (key,)) for key in keys])
    expect(
        [len(cache), figures(cache.stats())["bytes"]], [0, 0], "entries and bytes after all keys were deleted"
    )


@pytest.mark.check("thread_statistics")
@pytest.mark.parametrize("limits", [(4, 1000), (50, 40)], ids=["capacity", "max_bytes"])
def test_statistics_show_one_moment(candidate, limits):
    cache = candidate.new(*limits)
    programs = []
    for writer in range(WRITERS):
        program = writing(candidate, cache, writer, calls=30, spread=10)
        for n in range(0, 30, 8):
            program.insert(n, (cache, "delete", (candidate.yielding_key(writer * 10 + n % 10),)))
        programs.append(looking(cache, program))
    results = candidate.threads([*programs, watching(candidate, cache, ("stats",))])
    expect(torn(results), [], "every value has 10 bytes: at any moment there are 10 bytes for each entry")


@pytest.mark.check("thread_statistics")
def test_statistics_of_a_cache_that_is_cleared_are_consistent(candidate):
    cache = candidate.new(20, 1000)
    programs = []
    for writer in range(WRITERS):
        program = writing(candidate, cache, writer, calls=30)
        program[5::6] = [(cache, "clear", ())] * len(program[5::6])
        programs.append(looking(cache, program))
    results = candidate.threads([*programs, watching(candidate, cache, ("stats",))])
    expect(torn(results), [], "at any moment there are 10 bytes for each entry, while others put and clear")
