"""From what a test raised to what is said of it, in plain words and without the suite's source."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis.errors import Flaky

from grader.examiner.errors import CandidateError, ExaminerBroken, SandboxLost, Unexpected
from grader.words import CheckOutcome


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of a test."""

    outcome: CheckOutcome
    message: str = ""
    expected: str = ""
    actual: str = ""


PASSED = Judgement(CheckOutcome.PASSED)


def judge(error: BaseException | None, meaning: str) -> Judgement | None:
    """Return what is said of a test that raised; `None` where it is not clear whose fault that is.

    `meaning` says what the test holds, for assertions without words of their own. Raises `ExaminerBroken` again.
    """
    if isinstance(error, ExaminerBroken):
        raise error
    judgement: Judgement | None = None
    match error:
        case None:
            judgement = PASSED
        case SandboxLost():
            judgement = Judgement(error.outcome, error.message)
        case Unexpected():
            judgement = _failed(error.message, error.expected, error.actual)
        case AssertionError() | pytest.fail.Exception():
            judgement = _failed(str(error) or f"this does not hold: {meaning}")
        case CandidateError():
            judgement = _failed(f"{error.type} was raised, which was not expected", actual=str(error))
        case pytest.skip.Exception():
            judgement = _failed("the test was skipped, and what was not shown to hold counts as failed")
        case Flaky():
            judgement = _failed(f"{_first_words(error)} (not every time that the same calls were made)")
    return judgement


def _failed(message: str, expected: str = "", actual: str = "") -> Judgement:
    return Judgement(CheckOutcome.FAILED, message, expected, actual)


def misused(error: BaseException) -> Judgement:
    """Return what is said where only the candidate's answers, and not the reference's, made a test stumble."""
    return Judgement(
        CheckOutcome.FAILED,
        f"an answer could not be used as the contract says it can: {type(error).__name__}: {error}",
    )


def meaning_of(function: Callable[..., object]) -> str:
    """Return what a test holds: the first line of its docstring, else its name as words."""
    documentation = inspect.getdoc(function)
    if documentation:
        return documentation.partition("\n")[0].rstrip(".")
    return getattr(function, "__name__", "").removeprefix("test_").replace("_", " ")


def _first_words(error: BaseException) -> str:
    """Return what the first of a group of exceptions says."""
    if isinstance(error, BaseExceptionGroup):
        return _first_words(error.exceptions[0])
    judged = judge(error, "") if isinstance(error, Unexpected | CandidateError | AssertionError) else None
    return judged.message if judged and judged.message else "an answer differed"
