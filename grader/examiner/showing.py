"""Values and texts as people read them: capped, printable, never executed."""

from __future__ import annotations

from reprlib import Repr

MOST_SHOWN = 1000

_LONGEST_INTEGER_BITS = 4096
_MOST_ITEMS = 50
_DEEPEST = 8


def tidy(text: str, limit: int) -> str:
    """Return a text without what trips over JSON or a terminal, cut at a number of characters."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    if cut.isprintable():
        return cut
    return "".join(_printable(char) for char in cut)


def show(value: object, limit: int = MOST_SHOWN) -> str:
    """Return a value's capped `repr`; long lists, texts and numbers are shown by their ends."""
    return tidy(_Bounded(limit).repr(value), limit)


def _printable(char: str) -> str:
    return char if char.isprintable() or char in "\n\t" else char.encode("unicode_escape").decode()


class _Bounded(Repr):
    """A `repr` that is bounded in every direction."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.maxstring = self.maxother = limit
        self.maxlevel = _DEEPEST
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = _MOST_ITEMS

    def repr_int(self, x: int, level: int) -> str:
        """Name the length of an integer that Python refuses to write, or takes long to."""
        if x.bit_length() > _LONGEST_INTEGER_BITS:
            return f"an integer of {x.bit_length()} bits"
        return super().repr_int(x, level)
