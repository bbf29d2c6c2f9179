"""The calls of the test in hand as a Python program that shows the same."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.examiner.lines import Call, Line
from grader.examiner.showing import show

_MOST_KEPT = 4000
_MOST_SHOWN = 60
_VALUE = """class Value:
    def __init__(self, size=64): self.size = size
    def __sizeof__(self): return self.size
"""
_KEY = """class Key:  # lets other threads run while it is hashed and compared
    def __init__(self, n): self.n = n
    def __hash__(self): time.sleep(1e-5); return hash(self.n)
    def __eq__(self, other): time.sleep(1e-5); return self.n == other.n
"""
_PREAMBLES = (
    (re.compile(r"\bKey\("), "import time", _KEY),
    (re.compile(r"\bValue\("), "", _VALUE),
    (re.compile(r"\bText\("), "", "class Text(str): pass\n"),
    (re.compile(r"\bBytes\("), "", "class Bytes(bytes): pass\n"),
)


class Transcript:
    """What was called since the test began; only the newest part is kept where it grows long."""

    def __init__(self, entry: str) -> None:
        self._module, _, self.entry_name = entry.partition(":")
        self._lines: list[Line] = []
        self._expected: tuple[object, str] | None = None

    def object_name(self) -> str:
        """Return a name for an object of the entry's class: `cache` for `LRUCache`."""
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", self.entry_name)
        name = words[-1].lower() if words else "thing"
        return name if name != self.entry_name else f"{name}_object"

    def clear(self) -> None:
        """Begin anew."""
        self._lines.clear()
        self._expected = None

    def add(self, line: Line) -> None:
        """Take note of a step."""
        if len(self._lines) >= _MOST_KEPT:
            del self._lines[: 1 if line.makes is None else len(self._lines)]
        self._lines.append(line)

    def expect(self, actual: object, expected: object) -> None:
        """Take note of what should have come back instead of `actual`."""
        self._expected = (actual, show(expected, 200))

    def program(self) -> str:
        """Return the part that matters as a Python program; empty where nothing was called."""
        lines = self._relevant()
        if not lines:
            return ""
        _name(lines)
        body = "\n".join([*_values(lines), *_shortened(list(self._annotated(lines)))])
        needed = [(imported, text) for pattern, imported, text in _PREAMBLES if pattern.search(body)]
        imports = [imported for imported, _ in needed if imported]
        head = [*imports, f"from {self._module} import {self.entry_name}", *(text for _, text in needed)]
        return "\n".join([*head, body])

    def _relevant(self) -> list[Line]:
        """Return the lines since the last object was made, and what concerns older ones that were still used."""
        start = max((index for index, line in enumerate(self._lines) if line.makes), default=0)
        used = {id(thing) for line in self._lines[start:] for thing in line.uses}
        older = [
            line for line in self._lines[:start] if used & {id(thing) for thing in (line.makes, *line.uses)}
        ]
        return older + self._lines[start:]

    def _annotated(self, lines: list[Line]) -> Iterator[str]:
        actual, expected = self._expected or (None, "")
        answered = [line for line in lines if line.answer()]
        culprit = next((line for line in reversed(answered) if expected and line.result is actual), None)
        about = culprit or lines[-1]
        for line in lines:
            answer = line.answer()
            if line is culprit:
                yield f"{line.text()}  # {answer}, expected {expected}"
            elif answer and (line is about or (isinstance(line, Call) and line.error)):
                yield f"{line.text()}  # {answer}"
            else:
                yield line.text()


def _name(lines: list[Line]) -> None:
    """Name everything in the order in which it appears: `cache`, `cache_2`."""
    counts: dict[str, int] = {}
    things = [thing for line in lines for thing in (line.makes, *line.uses) if thing is not None]
    for thing in {id(thing): thing for thing in things}.values():
        counts[thing.base] = count = counts.get(thing.base, 0) + 1
        thing.name = thing.base if count == 1 else f"{thing.base}_{count}"


def _values(lines: list[Line]) -> list[str]:
    """Return the lines that make the values which others name."""
    spelled = {thing.name: thing.spelled for line in lines for thing in line.uses if thing.spelled}
    return [f"{name} = {made}" for name, made in spelled.items()]


def _shortened(texts: list[str]) -> list[str]:
    if len(texts) <= _MOST_SHOWN:
        return texts
    half = _MOST_SHOWN // 2
    return [*texts[:half], f"# … {len(texts) - 2 * half} lines left out …", *texts[-half:]]
