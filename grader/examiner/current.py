"""The candidate of the test in hand, for code that no fixture reaches, such as state machines."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

_CURRENT: ContextVar[Any] = ContextVar("candidate")


def current_candidate() -> Any:  # noqa: ANN401 - a `Subject` or an `HttpSubject`, by the kind of challenge
    """Return the candidate of the test in hand. Raises `LookupError` outside of a test."""
    return _CURRENT.get()


def set_current_candidate(subject: object) -> None:
    """Make a subject the candidate of the test in hand."""
    _CURRENT.set(subject)
