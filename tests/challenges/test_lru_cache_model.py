"""The model that hidden tests compare with says the same as a right solution, and notices wrong ones."""

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
HIDDEN = ROOT / "challenges" / "lru_cache" / "hidden"
REFERENCES = ROOT / "reference_solutions" / "lru_cache"

KEYS = st.sampled_from([0, 1, 2, True, 1.0, "a", None])
CALLS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), KEYS, st.binary(max_size=9)),
        st.tuples(st.just("get"), KEYS, st.just("default")),
        st.tuples(st.just("delete"), KEYS),
        st.tuples(st.just("clear")),
    ),
    max_size=60,
)


def load(path: Path, name: str):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


MODEL = load(HIDDEN / "lru_model.py", "lru_model_under_test")


def first_difference(cache, model, calls):
    """Return the first call after which cache and model differ, `None` if there is none."""
    for call in calls:
        name, *arguments = call
        try:
            given_back = getattr(cache, name)(*arguments)
        except ValueError:
            given_back = ValueError
        try:
            wanted = getattr(model, name)(*arguments)
        except MODEL.TooLarge:
            wanted = ValueError
        if given_back != wanted or cache.keys() != model.keys() or cache.stats() != model.stats():
            return call
    return None


@pytest.mark.parametrize("name", ["ordered_dict", "linked_list", "plain_dict", "list_nodes", "typed_generic"])
@given(capacity=st.integers(1, 5), max_bytes=st.one_of(st.none(), st.integers(1, 20)), calls=CALLS)
def test_the_model_agrees_with_right_solutions(name, capacity, max_bytes, calls):
    cache_class = load(REFERENCES / "accepted" / name / "solution.py", f"accepted_{name}").LRUCache
    cache, model = cache_class(capacity, max_bytes), MODEL.Model(capacity, max_bytes)
    assert first_difference(cache, model, calls) is None


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("fifo", [("put", 0, b""), ("put", 1, b""), ("get", 0, None)]),
        ("evicts_one_only", [("put", 0, b"12"), ("put", 1, b"12"), ("put", 2, b"1234")]),
        ("delete_counts_eviction", [("put", 0, b""), ("delete", 0)]),
        ("replacing_keeps_size", [("put", 0, b"1"), ("put", 0, b"123")]),
    ],
)
def test_the_model_differs_from_wrong_solutions(name, calls):
    cache_class = load(REFERENCES / "wrong" / name / "solution.py", f"wrong_{name}").LRUCache
    limits = (5, 4) if name == "evicts_one_only" else (2, None)
    assert first_difference(cache_class(*limits), MODEL.Model(*limits), calls) == calls[-1]
