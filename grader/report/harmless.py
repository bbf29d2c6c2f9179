"""Text of a submission made safe to look at: nothing hidden, nothing that moves a cursor, nothing endless."""

from __future__ import annotations

import re
import unicodedata

MARK_RUN = 4
"""Combining marks in a row that are kept; more of them only paint over the lines around."""

_PLAIN = frozenset("\n\t")
_UNUSUAL = re.compile(r"[^\x20-\x7e\n\t]+")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return the text with every control, format, bidi or unassigned character replaced by a visible name.

    Line feeds and tabs stay, CR LF becomes LF. What comes out is also legal in XML 1.0.
    """
    return _UNUSUAL.sub(_show_run, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Return the text as `visible` does, on one line with single spaces."""
    return " ".join(visible(text).split())


def cut(text: str, most: int) -> tuple[str, int]:
    """Return at most `most` characters of the text, from its start, and how many were left out."""
    return text[:most], max(0, len(text) - most)


def cut_middle(text: str, most: int) -> tuple[str, str, int]:
    """Return the start and the end of a text, together at most `most` characters, and how many are missing."""
    if len(text) <= most:
        return text, "", 0
    half = most // 2
    return text[:half], text[-half:], len(text) - 2 * half


def _show_run(match: re.Match[str]) -> str:
    shown: list[str] = []
    marks = 0
    for character in match.group():
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks > MARK_RUN:
            continue
        shown.append(_show(character))
    return "".join(shown)


def _show(character: str) -> str:
    if character in _PLAIN or unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # Unicode's own pictures of the control characters
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else f"⟨U+{code:04X}⟩"
