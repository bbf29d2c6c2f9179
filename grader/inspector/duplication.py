"""The check `duplication`: stretches of eight and more statements that are there twice, whatever their names are."""

from __future__ import annotations

import keyword
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.inspector.finding import Answer, Note
from grader.inspector.subject import Subject
from grader.inspector.tree import SourceFile

WINDOW = 8
SHAPES = 4
"""How many different lines a stretch must hold: a list of like lines is a table, not a copy."""
LINES = 12_000
LINE_TOKENS = 200
ALL_AT = 0.35
FREE = 0.02
_TOKEN = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r"|(?P<text>[rRbBuUfF]{0,3}(?:\"\"\"(?:[^\\]|\\.)*?\"\"\"|'''(?:[^\\]|\\.)*?'''"
    r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'))"
    r"|(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<end>\n)|(?P<space>[ \t\f\r]+)|(?P<other>.)",
    re.DOTALL,
)
_KEPT = frozenset(keyword.kwlist) | {"self", "cls"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of code, with what its brackets hold on further lines, as tokens: literals by their kind."""

    number: int
    tokens: tuple[str, ...]

    @property
    def shape(self) -> tuple[str, ...]:
        """The tokens with every name alike."""
        return tuple("name" if token.startswith("$") else token for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Copy:
    """A stretch of lines and the earlier one that it repeats."""

    path: str
    first: int
    last: int
    lines: int
    of_path: str
    of_first: int


def code_lines(source: SourceFile) -> list[Line]:
    """Return the lines of code, without comments, blank lines, imports, and texts that stand alone."""
    found: list[Line] = []
    tokens: list[str] = []
    number = start = 1
    depth = 0
    for match in _TOKEN.finditer("\n".join((*source.lines, ""))):
        kind, text = str(match.lastgroup), match.group()
        if kind == "end" and depth <= 0:
            if tokens and tokens[0] not in {"import", "from", "@"} and tokens != ["text"]:
                found.append(Line(start, tuple(tokens[:LINE_TOKENS])))
            tokens = []
        elif kind == "name":
            tokens.append(text if text in _KEPT else "$" + text)
        elif kind in {"text", "number"}:
            tokens.append(kind)
        elif kind == "other":
            tokens.append(text)
            depth += (text in "([{") - (text in ")]}")
        if len(tokens) == 1:
            start = number
        number += text.count("\n")
    return found


def _key(window: Sequence[Line]) -> tuple[str, ...] | None:
    """Return a stretch's tokens with names numbered as they come, so that renaming hides nothing."""
    if len({line.shape for line in window}) < SHAPES:
        return None
    numbers: dict[str, str] = {}
    return tuple(numbers.setdefault(token, f"${len(numbers)}") if token.startswith("$") else token for line in window for token in (*line.tokens, "\n"))


def _starter_keys(subject: Subject) -> set[int]:
    keys = set()
    for source in subject.starter_sources:
        lines = code_lines(source)
        keys |= {hash_of(_key(lines[at : at + WINDOW])) for at in range(len(lines) - WINDOW + 1)}
    return keys


def hash_of(key: tuple[str, ...] | None) -> int:
    """Return a number for a stretch, 0 for none; used within one run only."""
    return 0 if key is None else hash(key)


def copies(subject: Subject) -> tuple[list[Copy], int]:
    """Return the copies in the solution, and how many lines were compared."""
    known = _starter_keys(subject)
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    texts = []
    total = 0
    for index, source in enumerate(subject.code):
        lines = code_lines(source)[: LINES - total]
        texts.append((source.path, lines))
        total += len(lines)
        for at in range(len(lines) - WINDOW + 1):
            key = hash_of(_key(lines[at : at + WINDOW]))
            if key and key not in known:
                places[key].append((index, at))
    return _merge(texts, places), total


def _merge(texts: list[tuple[str, list[Line]]], places: dict[int, list[tuple[int, int]]]) -> list[Copy]:
    copied: dict[tuple[int, int], tuple[int, int]] = {}
    for found in places.values():
        first = found[0]
        for place in found[1:]:
            if place[0] != first[0] or place[1] >= first[1] + WINDOW:
                copied[place] = first
    result: list[Copy] = []
    end = (-1, -1)
    for place in sorted(copied):
        index, at = place
        path, lines = texts[index]
        last = lines[at + WINDOW - 1].number
        if end[0] == index and at < end[1]:
            more = at + WINDOW - end[1]
            result[-1] = replace(result[-1], last=last, lines=result[-1].lines + more)
        else:
            of_path, of_lines = texts[copied[place][0]]
            result.append(Copy(path, lines[at].number, last, WINDOW, of_path, of_lines[copied[place][1]].number))
        end = (index, at + WINDOW)
    return result


def check_duplication(subject: Subject) -> Answer:
    """Answer `duplication`."""
    if not subject.code:
        return Answer("duplication", 0.0, subject.nothing_to_judge())
    found, total = copies(subject)
    repeated = sum(copy.lines for copy in found)
    share = repeated / max(1, total)
    fraction = 1.0 - max(0.0, share - FREE) / (ALL_AT - FREE)
    notes = tuple(Note(copy.path, copy.first, f"lines {copy.first}-{copy.last} repeat {copy.of_path}:{copy.of_first} and after") for copy in found)
    message = "\n".join(f"{note.path}: {note.text}" for note in notes[:8])
    return Answer("duplication", fraction, message or f"No stretch of {WINDOW} statements is there twice.", notes)
