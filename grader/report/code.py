"""Code as lines of harmless, highlighted HTML; only Python is coloured, by Pygments' token classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer
from pygments.token import STANDARD_TYPES, Token, _TokenType

from grader.report.harmless import visible
from grader.score_sheet import Note, SourceFile

MOST_FILES = 60
MOST_LINES = 3_000
MOST_CHARACTERS = 300_000
"""Of all files together."""
MOST_COLOURED = 80_000
"""Characters that are coloured, of all files together: odd code costs Pygments far more than usual code does."""
LINE_LENGTH = 400
"""Characters of one line that are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of code: its number from 1, its HTML, and what there is to say about it."""

    number: int
    html: Markup
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeFile:
    """One file as it is shown; `missing_lines` were left out."""

    index: int
    path: str
    lines: tuple[Line, ...]
    missing_lines: int
    is_cut: bool

    @property
    def has_notes(self) -> bool:
        """Whether something is said about one of its lines."""
        return any(line.notes for line in self.lines)


def line_anchor(file: int, line: int) -> str:
    """Return the name of a line of the code view; files count from 0, lines from 1."""
    return f"f{file}-L{line}"


def shown_lines(files: Sequence[SourceFile]) -> list[int]:
    """Return how many lines of each file the code view shows; files beyond the limits get 0."""
    room = MOST_CHARACTERS
    shown = []
    for file in files[:MOST_FILES]:
        lines = 0
        for line in _split(file.text)[:MOST_LINES]:
            room -= min(len(line), LINE_LENGTH) + 1
            if room < 0:
                break
            lines += 1
        shown.append(lines)
    return shown + [0] * (len(files) - len(shown))


def code_files(files: Sequence[SourceFile], notes: Iterable[Note]) -> tuple[CodeFile, ...]:
    """Return the files that are shown, highlighted, with the notes at their lines."""
    said: dict[str, dict[int, list[str]]] = {}
    for note in notes:
        said.setdefault(note.path, {}).setdefault(note.line, []).append(note.text)
    views = []
    room = MOST_COLOURED
    for index, (file, most) in enumerate(zip(files, shown_lines(files), strict=True)):
        code = _split(file.text)
        kept = code[:most]
        if not kept and code:
            continue
        size = sum(min(len(line), LINE_LENGTH) + 1 for line in kept)
        is_coloured = file.path.endswith((".py", ".pyi")) and size <= room
        room -= size if is_coloured else 0
        html = highlight_python(kept)[:most] if is_coloured else [escape(_fit(line)) for line in kept]
        lines = tuple(_noted(html, said.get(file.path, {})))
        views.append(CodeFile(index, file.path, lines, len(code) - most, file.is_cut))
    return tuple(views)


def highlight_python(code: Sequence[str]) -> list[Markup]:
    """Return lines of Python as HTML, each harmless and of bounded length."""
    # Pygments looks ahead over white space at the start of every line: long stretches of it cost the square.
    clean = "\n".join(_fit(line) if line.strip() else "" for line in code)
    lines: list[list[str]] = [[]]
    for kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(clean):
        for number, part in enumerate(value.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(_span(kind, part))
    return [Markup("".join(line)) for line in lines]  # noqa: S704 - every part was escaped by `_span`


def _noted(html: Sequence[Markup], notes: Mapping[int, Sequence[str]]) -> Iterator[Line]:
    for number, line in enumerate(html, 1):
        yield Line(number, line, tuple(notes.get(number, ())))


def _split(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _fit(line: str) -> str:
    if len(line) <= LINE_LENGTH:
        return visible(line)
    return f"{visible(line[:LINE_LENGTH])} … +{len(line) - LINE_LENGTH}"


def _span(kind: _TokenType, text: str) -> str:
    name, shown = _class_of(kind), str(escape(text))
    return f'<span class="{name}">{shown}</span>' if name else shown


def _class_of(kind: _TokenType) -> str:
    """Return the short class of the nearest kind of token that the style sheet colours."""
    while kind is not Token:
        name = STANDARD_TYPES.get(kind, "")
        if name in _COLOURED:
            return name
        if kind.parent is None:
            break
        kind = kind.parent
    return ""


_COLOURED = frozenset({"k", "s", "c", "m", "nf", "nc", "nd", "nb", "ow", "err"})
