"""Names of files as candidates send them: which are refused, which are left out, how they are shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from grader.errors import SubmissionError
from grader.intake.bounds import Bounds

LEFT_OUT = frozenset({
    ".git", ".hg", ".svn", ".idea", ".vscode", ".ds_store", "thumbs.db", "__macosx", "__pycache__",
    ".venv", "venv", "node_modules", ".tox", ".nox", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis",
})  # fmt: skip
"""Folders and files that tools leave beside a solution, in lower case; they are never taken in."""

NAME_BYTES = 200
"""A longer single name fits in no tar or file system that has to hold it with a suffix."""

# Characters that reorder the text around them could make one name look like another in a report.
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DRIVE = re.compile(r"^[A-Za-z]:")


def decode(raw: bytes) -> str:
    """Return a name's text; bytes that are not UTF-8 stay recognisable to `check`."""
    return raw.decode("utf-8", "surrogateescape")


def split(name: str) -> tuple[str, ...]:
    """Return the parts of a name without the `.` and empty ones that tar and shells leave in it."""
    return tuple(part for part in name.split("/") if part not in ("", "."))


def left_out(parts: tuple[str, ...]) -> str | None:
    """Return the topmost path of `parts` that is never taken in, if there is one."""
    for depth, part in enumerate(parts, 1):
        if part.lower() in LEFT_OUT or part.startswith("._") or part.endswith(".pyc"):
            return "/".join(parts[:depth])
    return None


def check(name: str, bounds: Bounds) -> tuple[str, ...]:
    """Return the parts of a name that is safe to store. Raises `SubmissionError` that says what is wrong with it."""
    parts = split(name)
    if problem := _problem(name, parts, bounds):
        raise SubmissionError(f"{show(name)} {problem}")
    return parts


def _problem(name: str, parts: tuple[str, ...], bounds: Bounds) -> str:
    """Return what is wrong with a name and what to do about it, or nothing."""
    if any("\ud800" <= character <= "\udfff" for character in name):
        return "is a name that is not UTF-8; rename the file with plain letters"
    if any(unicodedata.category(c) in _UNPRINTABLE or c in _REORDERING for c in name):
        return "has a control character in its name; rename the file"
    if "\\" in name:
        return "has a backslash in its name; use forward slashes between folders"
    if name.startswith("/") or _DRIVE.match(name):
        return "is an absolute path; pack your folder with paths relative to it"
    if ".." in parts:
        return "leads out of the submission with '..'; pack your folder with paths inside it"
    return _excess(parts, bounds)


def _excess(parts: tuple[str, ...], bounds: Bounds) -> str:
    if len(parts) > bounds.depth:
        return f"is more than {bounds.depth} folders deep; use fewer folders"
    if any(len(part.encode()) > NAME_BYTES for part in parts):
        return f"has a name over {NAME_BYTES} bytes; shorten it"
    if len("/".join(parts).encode()) > bounds.path_bytes:
        return f"is a path over {bounds.path_bytes} bytes; shorten it"
    return ""


def fold(name: str) -> str:
    """Return what two names have in common that some file systems take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def show(name: str, limit: int = 80) -> str:
    """Return a name in quotes, on one line, with nothing in it that a terminal or a page would obey."""
    if len(name) > limit:
        name = name[: limit // 2] + "…" + name[-limit // 2 :]
    return "'" + "".join(map(_visible, name)) + "'"


def _visible(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte that is not UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    if unicodedata.category(character)[0] == "C" or character in _REORDERING or character in "\u2028\u2029":
        return f"\\u{ord(character):04x}"
    return character


def show_some(names: Iterable[str], limit: int = 8) -> str:
    """Return the first of some names, sorted, and how many more there are."""
    ordered = sorted(names)
    shown = ", ".join(show(name, 60) for name in ordered[:limit])
    rest = len(ordered) - limit
    return f"{shown} and {rest} more" if rest > 0 else shown
