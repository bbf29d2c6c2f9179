"""Removing: delete and clear."""

import pytest
from lru_model import Model, expect_keys, expect_state, filled

from grader.examiner import expect


@pytest.mark.check("deleting")
def test_delete_says_whether_the_key_was_there(candidate):
    cache, _ = filled(candidate, "ab")
    expect(cache.delete("a"), True, "whether 'a' was there")
    expect(cache.delete("a"), False, "whether 'a' was there after it was deleted")
    expect(cache.delete("never"), False, "whether a key that was never put was there")


@pytest.mark.check("deleting")
@pytest.mark.parametrize("key", ["a", "b", "c", "missing"], ids=["oldest", "middle", "newest", "missing"])
def test_delete_removes_the_entry_and_counts_nothing(candidate, key):
    cache, model = filled(candidate, "abc", b"123", capacity=10)
    for target in (cache, model):
        target.delete(key)
    expect_state(cache, model, f"after delete({key!r})")
    for target in (cache, model):
        target.put("d", b"1")
        target.put("e", b"1")
    expect_state(cache, model, f"after delete({key!r}) and two more puts")
    expect(key in cache, False, "the key is gone")


@pytest.mark.check("deleting")
def test_delete_frees_the_room_of_the_entry(candidate):
    cache, model = filled(candidate, "ab", b"12345", capacity=10, max_bytes=10)
    for target in (cache, model):
        target.delete("b")
        target.put("c", b"54321")
    expect_state(cache, model, "after deleting 5 bytes and putting 5 others into a full cache")


@pytest.mark.check("deleting")
def test_a_deleted_key_may_be_put_again(candidate):
    cache, model = filled(candidate, "abc", b"123", capacity=10)
    for target in (cache, model):
        target.delete("a")
        target.put("a", b"4")
    expect_state(cache, model, "after 'a' was deleted and put again")
    expect(cache.get("a"), b"4", "the value that was put last")


@pytest.mark.check("deleting")
def test_deleting_the_last_entry_leaves_an_empty_cache(candidate):
    cache, model = filled(candidate, "a", capacity=10)
    for target in (cache, model):
        target.delete("a")
    expect_state(cache, model, "after the only entry was deleted")
    for target in (cache, model):
        target.put("b", b"1")
        target.put("c", b"1")
    expect_state(cache, model, "after two puts into the emptied cache")


@pytest.mark.check("clearing")
def test_clear_empties_the_cache_and_its_statistics(candidate):
    cache, _ = filled(candidate, "abcd", b"123", capacity=3)
    cache.get("d")
    cache.get("a")
    cache.clear()
    expect_state(cache, Model(3), "after clear")
    expect("d" in cache, False, "no key is left")


@pytest.mark.check("clearing")
def test_a_cleared_cache_works_like_a_new_one(candidate):
    cache, model = filled(candidate, "abc", b"123", capacity=10, max_bytes=9)
    for target in (cache, model):
        target.clear()
        for key in "xyza":
            target.put(key, b"321")
        target.get("a")
        target.get("b")
    expect_state(cache, model, "after clear, four puts, a hit and a miss")


@pytest.mark.check("clearing")
def test_clear_keeps_the_limits(candidate):
    cache = candidate.new(10, max_bytes=5)
    cache.clear()
    for key in "abc":
        cache.put(key, b"12")
    expect_keys(cache, ["b", "c"], "as many entries as five bytes hold, after clear")
    with candidate.raises("ValueError"):
        cache.put("d", b"123456")


@pytest.mark.check("clearing")
def test_clearing_an_empty_cache_is_fine(candidate):
    cache = candidate.new(2)
    cache.clear()
    cache.clear()
    expect_state(cache, Model(2), "after clearing an empty cache twice")
