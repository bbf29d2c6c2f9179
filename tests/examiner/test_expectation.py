"""`expect` compares types as well as values, all the way down."""

from __future__ import annotations

from typing import Any

import pytest

from grader.examiner.expectation import is_same
from grader.examiner.wire import Foreign, TextSubclass


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1, 1),
        (None, None),
        (float("nan"), float("nan")),
        ([1, (2, b"x")], [1, (2, b"x")]),
        ({"a": 1, "b": [2]}, {"b": [2], "a": 1}),
        ({1, 2}, {2, 1}),
        (TextSubclass("a"), TextSubclass("a")),
    ],
)
def test_the_same_is_the_same(actual: Any, expected: Any) -> None:
    assert is_same(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        ("a", b"a"),
        ([1], (1,)),
        ([1, 2], [2, 1]),
        ([True], [1]),
        ({"a": 1}, {"a": True}),
        ({1: "x"}, {True: "x"}),
        ({1}, {1.0}),
        ({1}, frozenset({1})),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ("a", TextSubclass("a")),
        (None, 0),
        (Foreign("T", "1"), Foreign("T", "1")),
    ],
)
def test_what_only_looks_the_same_is_not(actual: Any, expected: Any) -> None:
    assert not is_same(actual, expected)
