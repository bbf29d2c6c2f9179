"""What things hold under a name: modules outside and inside the submission, and what is written down on the way."""

from __future__ import annotations

import ast

from grader.inspector.forbidden import Forbidden
from grader.inspector.journal import Journal, Route
from grader.inspector.modules import Modules, is_standard
from grader.inspector.scopes import NOTHING, VALUES, Kind, LocalFunction, Scope, Value, Values, outside

PATH_CHARACTERS = 200


class Members:
    """Looks names up in things, and writes down every way to a forbidden one that it meets."""

    def __init__(self, modules: Modules, forbidden: Forbidden, journal: Journal) -> None:
        self.modules = modules
        self.forbidden = forbidden
        self.journal = journal
        self.scopes: dict[str, Scope] = {}
        self.attributes: dict[str, Values] = {}
        self.functions: dict[str, LocalFunction] = {}
        self.stars: dict[str, set[str]] = {}
        self.is_changed = False
        self.line_of_text: int | None = None
        self.text_depth = 0

    def load(self, path: str) -> Scope | None:
        """Return the scope of a local module, which counts as imported from now on."""
        raise NotImplementedError

    def reach(self, path: str, node: ast.AST, scope: Scope, how: str, is_certain: bool = True) -> None:
        """Write down that a dotted path is used, where it is forbidden."""
        name = self.forbidden.reached_by(path)
        if name is not None:
            self.journal.note(Route(scope.path, self._line(node), name, how), is_certain)

    def doubt(self, node: ast.AST, scope: Scope, how: str) -> None:
        """Write down that a line may come to something forbidden."""
        self.journal.note(Route(scope.path, self._line(node), "", how), False)

    def _line(self, node: ast.AST) -> int:
        return self.line_of_text or int(getattr(node, "lineno", 0))

    def members(self, base: Values, keys: Values, node: ast.AST, scope: Scope, how: str) -> Values:
        """Return what things may hold under computed names; several of either is a doubt, not a certainty."""
        names = [value.item for value in keys if value.kind is Kind.CONSTANT and isinstance(value.item, str)]
        holders = [value for value in base if value.kind in {Kind.OUTSIDE, Kind.LOCAL, Kind.NAMES}]
        is_certain = len(names) == 1 and len(holders) == 1
        found: set[Value] = set()
        for holder in holders:
            for name in sorted(names):
                found |= self.member(holder, name, node, scope, how, is_certain)
            if not names and holder.kind is Kind.OUTSIDE and self.forbidden.has_part_in(holder.name):
                self.doubt(node, scope, f"takes something out of {holder.name} by a name that is computed")
        return frozenset(found)

    def member(  # noqa: PLR0913 - a place in the source has this many sides
        self, holder: Value, name: str, node: ast.AST, scope: Scope, how: str, is_certain: bool = True
    ) -> Values:
        """Return what a thing holds under a dotted name, writing down what is forbidden."""
        if holder.kind is Kind.OUTSIDE:
            return self._outside_member(holder.name, name, node, scope, how, is_certain)
        if holder.kind is Kind.FUNCTION and name == "__globals__":
            return frozenset({Value(Kind.NAMES, self.functions[holder.name].scope.path)})
        if holder.kind is Kind.LOCAL and name == "__dict__":
            return frozenset({holder})
        if holder.kind in {Kind.LOCAL, Kind.NAMES}:
            return self._local_member(holder.name, name)
        return NOTHING

    def _outside_member(  # noqa: PLR0913 - as above
        self, path: str, name: str, node: ast.AST, scope: Scope, how: str, is_certain: bool
    ) -> Values:
        if name == "__dict__":
            return outside(path)
        if name == "__globals__":
            return outside(path.rpartition(".")[0] if is_standard(path) else path.partition(".")[0])
        if path == "sys.modules" and not hasattr(dict, name):
            return self.module_named(name, node, scope, "by sys.modules", is_certain)
        whole = f"{path}.{name}"[:PATH_CHARACTERS]
        self.reach(whole, node, scope, how, is_certain)
        return outside(whole)

    def _local_member(self, path: str, name: str) -> Values:
        scope = self.load(path)
        found = scope.names.get(name) if scope else None
        if found is not None:
            return found
        inner = self.modules.find(f"{self.modules.name_of(path)}.{name}") if path.endswith("__init__.py") else None
        if inner is None and name == "__builtins__":
            return outside("builtins")
        return frozenset({Value(Kind.LOCAL, inner)}) if inner in self.scopes else NOTHING

    def module_named(self, name: str, node: ast.AST, scope: Scope, how: str, is_certain: bool = True) -> Values:
        """Return the module of a dotted name, the submission's or one outside, and count it as imported."""
        found: set[Value] = set()
        for path in self.modules.chain(name):
            self.load(path)
        local = self.modules.find(name)
        if local is not None:
            found.add(Value(Kind.LOCAL, local))
        if local is None or is_standard(name):
            self.reach(name, node, scope, how, is_certain)
            found |= outside(name)
        return frozenset(found)

    def bind(self, scope: Scope, name: str, values: Values) -> None:
        """Let a name stand for values."""
        if scope.bind(name, values):
            self.is_changed = True

    def set_attribute(self, name: str, values: Values) -> None:
        """Remember what is stored under an attribute's name, in whatever object."""
        known = self.attributes.get(name, NOTHING)
        if not values <= known and len(known) < VALUES:
            self.attributes[name] = known | values
            self.is_changed = True
