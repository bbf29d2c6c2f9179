"""The candidate of the test in hand, for code that no fixture reaches, such as state machines."""

from __future__ import annotations

from contextvars import ContextVar

from grader.examiner.subject import Subject

_CURRENT: ContextVar[Subject] = ContextVar("candidate")


def current_candidate() -> Subject:
    """Return the candidate of the test in hand. Raises `LookupError` outside of a test."""
    return _CURRENT.get()


def set_current_candidate(subject: Subject) -> None:
    """Make a subject the candidate of the test in hand."""
    _CURRENT.set(subject)
