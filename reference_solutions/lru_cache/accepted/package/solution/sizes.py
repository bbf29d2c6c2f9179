"""How large a value is, and what a limit may be."""

from __future__ import annotations

import sys


def size_of(value: object) -> int:
    """Return the bytes a value counts for: its own length for text and bytes, the interpreter's figure otherwise."""
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, str):
        return len(value.encode("utf-8"))
    return sys.getsizeof(value)


def check_limit(name: str, limit: object) -> None:
    """Raise `TypeError` or `ValueError` unless the limit is an integer of at least one."""
    if not isinstance(limit, int) or isinstance(limit, bool):
        raise TypeError(f"{name} must be an integer; {limit!r} is of type {type(limit).__name__}")
    if limit < 1:
        raise ValueError(f"{name} must be at least 1; it is {limit}")
