"""The candidate's exceptions as data: names, a capped message, and where in the candidate's own code."""

from __future__ import annotations

import traceback
from typing import Any

from .values import MAX_TEXT

_HOST_FOLDER = __file__.rpartition("/")[0]


def message_of(error: BaseException) -> str:
    """Return an exception's text, capped; a `__str__` that raises gives a note instead."""
    try:
        if len(error.args) == 1 and type(error.args[0]) is str and "__str__" not in type(error).__dict__:
            return error.args[0][:MAX_TEXT]
        return str(error)[:MAX_TEXT]
    except BaseException as second:
        return f"(its text could not be read: {type(second).__name__[:100]})"


def describe(error: BaseException) -> dict[str, Any]:
    """Return an exception as the examiner reads it."""
    bases = [base.__name__[:100] for base in type(error).__mro__[:32]]
    return {"type": bases[0], "mro": bases, "message": message_of(error)}


def own_lines(error: BaseException, limit: int = 6) -> list[str]:
    """Return the last lines of an exception's way through the candidate's own files."""
    lines = []
    if isinstance(error, SyntaxError) and error.filename:
        lines.append(f"{_short(error.filename)}, line {error.lineno}: {(error.text or '').strip()[:200]}")
    for frame in traceback.extract_tb(error.__traceback__):
        if not frame.filename.startswith((_HOST_FOLDER, "<frozen")) and "/lib/python" not in frame.filename:
            lines.append(
                f"{_short(frame.filename)}, line {frame.lineno}, in {frame.name}: {(frame.line or '')[:200]}"
            )
    return lines[-limit:]


def _short(path: str) -> str:
    return path.rpartition("/submission/")[2] or path
