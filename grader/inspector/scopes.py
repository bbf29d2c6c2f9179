"""What names may stand for: values that matter to the import rule, and the scopes that hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from grader.inspector.folding import Constant

VALUES = 24


class Kind(Enum):
    """What a value is."""

    OUTSIDE = "outside"  # a module that is not the submission's, or something in one: its dotted path
    LOCAL = "local"  # a module of the submission: its file
    NAMES = "names"  # the dictionary of a local module's names: its file
    CONSTANT = "constant"  # a text, number or tuple of such
    FUNCTION = "function"  # a function of the submission: its key
    GETTER = "getter"  # operator.attrgetter or itemgetter with this name


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that an expression may be."""

    kind: Kind
    item: Constant

    @property
    def name(self) -> str:
        """The item of a kind whose items are texts."""
        return self.item if isinstance(self.item, str) else ""


Values = frozenset[Value]
NOTHING: Values = frozenset()


def outside(path: str) -> Values:
    """Return the value of a dotted path outside the submission."""
    return frozenset({Value(Kind.OUTSIDE, path)})


def constant(item: Constant) -> Values:
    """Return the value of a constant."""
    return frozenset({Value(Kind.CONSTANT, item)})


def texts(values: Values) -> list[str]:
    """Return the texts among values, sorted."""
    return sorted(v.item for v in values if v.kind is Kind.CONSTANT and isinstance(v.item, str))


def elements(values: Values) -> Values:
    """Return what iterating over values gives: the items of constant tuples, all else as it is."""
    found: set[Value] = set()
    for value in values:
        if value.kind is Kind.CONSTANT and isinstance(value.item, tuple):
            found |= {Value(Kind.CONSTANT, item) for item in value.item[:VALUES]}
        else:
            found.add(value)
    return frozenset(found)


@dataclass(slots=True)
class Scope:
    """The names of a module, class or function; order of execution is not followed, bindings add up."""

    path: str
    parent: Scope | None = None
    is_class: bool = False
    names: dict[str, Values] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)

    @property
    def module(self) -> Scope:
        """The module's scope."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def bind(self, name: str, values: Values) -> bool:
        """Let a name also stand for values; whether that is news."""
        scope = self.module if name in self.outer else self
        known = scope.names.get(name)
        if known is None:
            scope.names[name] = values
            return True
        if values <= known or len(known) >= VALUES:
            return False
        scope.names[name] = known | values
        return True

    def look_up(self, name: str) -> Values | None:
        """Return what a name may stand for here, `None` where no scope binds it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope.names[name]
            scope = scope.parent
        return None


@dataclass(slots=True)
class LocalFunction:
    """A function of the submission: its parameters' names, its scope, and what it may return."""

    scope: Scope
    positional: tuple[str, ...]
    named: tuple[str, ...]
    rest: str | None
    returns: Values = NOTHING
