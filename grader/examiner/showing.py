"""Values and texts as people read them: capped, printable, never executed."""

from __future__ import annotations

from reprlib import Repr

MOST_SHOWN = 1000


def tidy(text: str, limit: int) -> str:
    """Return a text without what breaks lines of JSON or a terminal, cut at a number of characters."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    clean = "".join(char if char.isprintable() or char in "\n\t" else f"\\x{ord(char):02x}" for char in cut)
    return clean.encode("utf-8", "backslashreplace").decode()


def _bounded(limit: int, items: int) -> Repr:
    bounded = Repr()
    bounded.maxstring = bounded.maxother = limit
    bounded.maxlevel = 8
    for kind in ("list", "tuple", "dict", "set", "frozenset"):
        setattr(bounded, f"max{kind}", items)
    return bounded


def show(value: object, limit: int = MOST_SHOWN, items: int = 50) -> str:
    """Return a value's capped `repr`; long lists, texts and numbers are shown by their ends."""
    if type(value) is int and value.bit_length() > 4096:
        return f"an integer of {value.bit_length()} bits"
    return tidy(_bounded(limit, items).repr(value), limit)
