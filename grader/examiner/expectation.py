"""`expect`: strict comparison, with both values in the evidence."""

from __future__ import annotations

from typing import Any

from grader.examiner.current import current_candidate
from grader.examiner.errors import Unexpected
from grader.examiner.showing import show


def expect(actual: object, expected: object, meaning: str = "") -> None:
    """Hold that two values are the same, types included (1 is neither `True` nor `1.0`); `meaning` in plain words."""
    if is_same(actual, expected):
        return
    current_candidate().transcript.expect(actual, expected)
    raise Unexpected(meaning or "another value was expected", show(expected), show(actual))


def is_same(actual: Any, expected: Any) -> bool:  # noqa: ANN401 - any two values
    """Return whether two plain values are of the same types and equal, all the way down."""
    if type(actual) is not type(expected):
        return False
    if isinstance(actual, list | tuple):
        return len(actual) == len(expected) and all(map(is_same, actual, expected))
    if isinstance(actual, dict):
        return _same_keys(actual, expected) and all(is_same(actual[key], expected[key]) for key in expected)
    if isinstance(actual, set | frozenset):
        return _same_keys(dict.fromkeys(actual), dict.fromkeys(expected))
    return bool(actual == expected) or (actual != actual and expected != expected)  # noqa: PLR0124 - not a number


def _same_keys(actual: dict[Any, Any], expected: dict[Any, Any]) -> bool:
    own = {key: key for key in actual}
    return len(actual) == len(expected) and all(key in own and is_same(own[key], key) for key in expected)
