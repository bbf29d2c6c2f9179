"""The calls of the test in hand, and how they read as a Python program that shows the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from grader.examiner.errors import CandidateError
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


class Named(Protocol):
    """An object of the candidate's under the name that it has in a transcript."""

    @property
    def name(self) -> str:
        """The name."""


class Line(Protocol):
    """One step of a transcript."""

    makes: Named | None
    uses: tuple[Named, ...]

    def text(self) -> str:
        """Return it as Python, without what came back."""

    def answer(self) -> str:
        """Return what came back as words, empty where nothing is to be said."""

    def value(self) -> object:
        """Return what came back."""


@dataclass(slots=True)
class Call:
    """One call: of the entry (`target` is `None`) or of a method; `makes` is the object that a `new` made."""

    template: str
    args: Sequence[object]
    kwargs: Mapping[str, object] = field(default_factory=dict)
    target: Named | None = None
    makes: Named | None = None
    result: object = None
    error: CandidateError | None = None
    is_over: bool = False

    @property
    def uses(self) -> tuple[Named, ...]:
        """The objects that the call is of or is given."""
        given = [item for item in (*self.args, *self.kwargs.values()) if hasattr(item, "on_wire")]
        return (*((self.target,) if self.target else ()), *given)  # type: ignore[arg-type]

    def text(self) -> str:
        """Return the call as Python."""
        given = [show(item) for item in self.args] + [
            f"{name}={show(item)}" for name, item in self.kwargs.items()
        ]
        call = self.template.format(target=self.target.name if self.target else "", args=", ".join(given))
        return f"{self.makes.name} = {call}" if self.makes else call

    def answer(self) -> str:
        """Return what came back, in words."""
        if self.error is not None:
            return f"raised {self.error}"
        if not self.is_over:
            return "did not return"
        return "" if self.makes else f"returned {show(self.result, 200)}"

    def value(self) -> object:
        """Return what came back."""
        return self.result


@dataclass(slots=True)
class Block:
    """Many calls that were made at once, as text that is made when it is asked for."""

    lines: Sequence[tuple[Named, str, Sequence[object]]]
    title: str = ""
    result: object = None
    makes: Named | None = None

    @property
    def uses(self) -> tuple[Named, ...]:
        """The objects that are called."""
        return tuple({id(target): target for target, _, _ in self.lines}.values())

    def text(self) -> str:
        """Return the first calls, and how many more there are."""
        shown = [spell(target.name, name, args) for target, name, args in self.lines[:20]]
        more = len(self.lines) - len(shown)
        body = [*shown, *([f"# … and {more} more calls"] if more > 0 else [])]
        return "\n".join([f"# {self.title}", *(f"#   {line}" for line in body)] if self.title else body)

    def answer(self) -> str:
        """Say nothing: each call had its own answer."""
        return ""

    def value(self) -> object:
        """Return all answers."""
        return self.result


def spell(target: str, name: str, args: Sequence[object]) -> str:
    """Return the call of a method as Python."""
    shown = ", ".join(show(item, 200) for item in args)
    special = {"__len__": f"len({target})", "__contains__": f"{shown} in {target}"}
    return special.get(name, f"{target}.{name}({shown})")


class Transcript:
    """What was called since the test began; only the last object's part is kept when it grows long."""

    def __init__(self, entry: str) -> None:
        self._module, _, self._name = entry.partition(":")
        self._lines: list[Line] = []
        self._dropped = False
        self.expected: tuple[object, str] | None = None

    @property
    def entry_name(self) -> str:
        """The name of the entry object."""
        return self._name

    def object_name(self) -> str:
        """Return a name for an object of the entry's class: `cache` for `LRUCache`."""
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", self._name)
        return (words[-1] if words else "thing").lower()

    def clear(self) -> None:
        """Begin anew."""
        self._lines.clear()
        self._dropped = False
        self.expected = None

    def add(self, line: Line) -> None:
        """Take note of a step."""
        if len(self._lines) >= _MOST_KEPT:
            self._dropped = self._dropped or line.makes is None
            del self._lines[: 1 if line.makes is None else len(self._lines)]
        self._lines.append(line)

    def program(self) -> str:
        """Return the part that matters as a Python program; empty where nothing was called."""
        lines = self._relevant()
        if not lines:
            return ""
        names = self._named(lines)
        texts = list(self._annotated(lines))
        if len(texts) > _MOST_SHOWN:
            left_out = len(texts) - _MOST_SHOWN
            texts = [
                *texts[: _MOST_SHOWN // 2],
                f"# … {left_out} lines left out …",
                *texts[-_MOST_SHOWN // 2 :],
            ]
        body = "\n".join([*names, *texts])
        needed = [(imported, text) for pattern, imported, text in _PREAMBLES if pattern.search(body)]
        imports = [imported for imported, _ in needed if imported]
        head = [*(["import asyncio"] if "asyncio.run(" in body else []), *imports]
        return "\n".join(
            [*head, f"from {self._module} import {self._name}", *(text for _, text in needed), body]
        )

    def _relevant(self) -> list[Line]:
        """Return the lines since the last object was made, and what concerns older ones that were still used."""
        start = max((index for index, line in enumerate(self._lines) if line.makes), default=0)
        used = {id(thing) for line in self._lines[start:] for thing in line.uses}
        older = [
            line
            for line in self._lines[:start]
            if (line.makes and id(line.makes) in used) or any(id(thing) in used for thing in line.uses)
        ]
        return older + self._lines[start:]

    def _named(self, lines: list[Line]) -> list[str]:
        """Return the lines that make the values which the program names."""
        values = {thing.name: thing for line in lines for thing in line.uses if hasattr(thing, "spelled")}
        return [f"{name} = {thing.spelled}" for name, thing in values.items()]  # type: ignore[attr-defined]

    def _annotated(self, lines: list[Line]) -> Iterator[str]:
        actual, expected = self.expected or (None, "")
        about = next(
            (line for line in reversed(lines) if expected and line.value() is actual and line.answer()),
            lines[-1],
        )
        for line in lines:
            answer = line.answer()
            if line is about and answer:
                suffix = f", expected {expected}" if expected and line.value() is actual else ""
                yield f"{line.text()}  # {answer}{suffix}"
            else:
                yield f"{line.text()}  # {answer}" if answer.startswith("raised") else line.text()
