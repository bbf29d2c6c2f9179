"""The lines of a transcript: one call, many that were made at once, or a note, and how they read as Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.examiner.errors import CandidateError
from grader.examiner.showing import show

_MOST_AT_ONCE = 20
_SPECIAL = {"__len__": "len({target})", "__contains__": "{args} in {target}"}


class Named(Protocol):
    """Something of the candidate's process under the name that it has in a transcript."""

    base: str
    """What things of its kind are called."""
    name: str
    """What it is called itself; given when a program is written."""
    spelled: str
    """How it is made, empty where a line of the transcript makes it."""

    def on_wire(self) -> object:
        """Return the reference that stands for it."""


def _named(things: Sequence[Any]) -> list[Named]:
    return [thing for thing in things if hasattr(thing, "on_wire")]


@dataclass(slots=True)
class Call:
    """One call: of the entry, or of a method of `target`; `makes` is the object that a `new` made."""

    name: str
    args: Sequence[object]
    kwargs: Mapping[str, object] = field(default_factory=dict)
    target: Named | None = None
    makes: Named | None = None
    result: object = None
    error: CandidateError | None = None
    is_over: bool = False

    @property
    def uses(self) -> list[Named]:
        """What the call is of or is given."""
        return _named([self.target, *self.args, *self.kwargs.values()])

    def text(self) -> str:
        """Return the call as Python, without what came back."""
        call = spell(self.target.name if self.target else "", self.name, self.args, self.kwargs)
        return f"{self.makes.name} = {call}" if self.makes else call

    def answer(self) -> str:
        """Return what came back in words, empty where nothing is to be said."""
        if self.error is not None:
            return f"raised {self.error}"
        if not self.is_over:
            return "did not return"
        return "" if self.makes else f"returned {show(self.result, 200)}"


@dataclass(slots=True)
class Block:
    """Many calls that were made at once: `title` says how, where they are more than can be shown."""

    calls: Sequence[tuple[Named, str, Sequence[object]]]
    title: str = ""
    result: object = None
    makes: None = None

    @property
    def uses(self) -> list[Named]:
        """What is called, and what the calls that are shown are given."""
        shown = [self.calls[index] for index in range(min(len(self.calls), _MOST_AT_ONCE))]
        return _named([thing for target, _, args in shown for thing in (target, *args)])

    def text(self) -> str:
        """Return the first calls, and how many more there are."""
        count = min(len(self.calls), _MOST_AT_ONCE)
        calls = [self.calls[index] for index in range(count)]
        shown = [spell(target.name, name, args) for target, name, args in calls]
        if len(self.calls) > count:
            shown.append(f"# … and {len(self.calls) - count} more such calls")
        if not self.title:
            return "\n".join(shown)
        return "\n".join([f"# {self.title}:", *(f"#   {line.removeprefix('# ')}" for line in shown)])

    def answer(self) -> str:
        """Say nothing: each call had an answer of its own."""
        return ""


@dataclass(slots=True)
class Note:
    """What somebody who repeats the calls must know, such as the rows that a database holds."""

    words: str
    makes: None = None
    result: None = None

    @property
    def uses(self) -> list[Named]:
        """Nothing."""
        return []

    def text(self) -> str:
        """Return it as a comment."""
        return "\n".join(f"# {line}" for line in self.words.splitlines())

    def answer(self) -> str:
        """Say nothing: there was no call."""
        return ""


Line = Call | Block | Note


def spell(target: str, name: str, args: Sequence[object], kwargs: Mapping[str, object] | None = None) -> str:
    """Return a call as Python."""
    given = [show(item, 200) for item in args]
    given += [f"{key}={show(item, 200)}" for key, item in (kwargs or {}).items()]
    plain = "{target}.{name}({args})" if target else "{name}({args})"
    return _SPECIAL.get(name, plain).format(target=target, name=name, args=", ".join(given))
