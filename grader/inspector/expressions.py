"""What an expression may stand for, as far as the import rule needs to know it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from grader.inspector.folding import STEPS, Constant, Folder
from grader.inspector.forbidden import Forbidden
from grader.inspector.journal import Journal, Route
from grader.inspector.modules import Modules, is_standard
from grader.inspector.scopes import NOTHING, Kind, LocalFunction, Scope, Value, Values, constant, elements, outside

PATH_CHARACTERS = 200
FOLDING_STEPS = 300_000
"""What one pass may spend on constants; beyond it a name that is put together counts as computed."""

MANY = 64
"""Texts in one container over this many are data, not names of modules."""
_TABLES = frozenset({"__dict__", "__globals__"})


class Expressions:
    """Evaluates expressions to sets of values and writes down every way to a forbidden name that it meets."""

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
        self._folded: dict[int, Constant | None] = {}
        self._steps_left = FOLDING_STEPS

    # What other parts of the walk add.

    def load(self, path: str) -> Scope | None:
        """Return the scope of a local module, which counts as imported from now on."""
        raise NotImplementedError

    def call(self, node: ast.Call, scope: Scope) -> Values:
        """Return what a call may give."""
        raise NotImplementedError

    # Writing down.

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

    # Evaluating.

    def start_pass(self) -> None:
        """Forget what was worked out from names, whose values may have grown."""
        self._folded.clear()
        self._steps_left = FOLDING_STEPS
        self.is_changed = False

    def bind(self, scope: Scope, name: str, values: Values) -> None:
        """Let a name stand for values."""
        if scope.bind(name, values):
            self.is_changed = True

    def evaluate(self, node: ast.expr | None, scope: Scope) -> Values:
        """Return what an expression may stand for."""
        if node is None:
            return NOTHING
        folded = self._fold(node, scope)
        if folded is not None:
            return constant(folded)
        special: Callable[[ast.expr, Scope], Values] | None
        special = getattr(self, f"_{type(node).__name__.lower()}", None)
        return special(node, scope) if special else self._parts(node, scope)

    def _fold(self, node: ast.expr, scope: Scope) -> Constant | None:
        if isinstance(node, ast.Name | ast.Attribute):
            return None
        if id(node) not in self._folded:

            def constant_of(name: str) -> Constant | None:
                values = scope.look_up(name) or NOTHING
                only = next(iter(values)) if len(values) == 1 else None
                return only.item if only is not None and only.kind is Kind.CONSTANT else None

            allowed = min(STEPS, self._steps_left)
            folder = Folder(constant_of, allowed)
            self._folded[id(node)] = folder.fold(node)
            self._steps_left -= allowed - max(0, folder.steps_left)
        return self._folded[id(node)]

    def _parts(self, node: ast.AST, scope: Scope) -> Values:
        found: set[Value] = set()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                found |= self.evaluate(child, scope)
            elif isinstance(child, ast.keyword):
                found |= self.evaluate(child.value, scope)
        keeps = isinstance(
            node,
            ast.IfExp | ast.BoolOp | ast.List | ast.Tuple | ast.Set | ast.Dict | ast.Starred | ast.Await | ast.BinOp,
        )
        if not keeps:
            return NOTHING
        if len(found) > MANY:
            return frozenset(value for value in found if value.kind is not Kind.CONSTANT)
        return frozenset(found)

    def _name(self, node: ast.Name, scope: Scope) -> Values:
        values = scope.look_up(node.id)
        if values is None:
            if node.id == "__builtins__":
                return outside("builtins")
            return outside(f"builtins.{node.id}") if hasattr(builtins, node.id) else NOTHING
        if node.id in self.stars.get(scope.path, ()):
            for value in values:
                if value.kind is Kind.OUTSIDE:
                    self.reach(value.name, node, scope, "by a star import")
        return values

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Values:
        base = self.evaluate(node.value, scope)
        found: set[Value] = set()
        for value in base:
            found |= self.member(value, node.attr, node, scope, "as an attribute")
        if not any(value.kind in {Kind.OUTSIDE, Kind.LOCAL} for value in base):
            found |= self.attributes.get(node.attr, NOTHING)
        return frozenset(found)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Values:
        base, keys = self.evaluate(node.value, scope), self.evaluate(node.slice, scope)
        return elements(base) | self.members(base, keys, node, scope, "by subscript")

    def _call(self, node: ast.Call, scope: Scope) -> Values:
        return self.call(node, scope)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Values:
        values = self.evaluate(node.value, scope)
        self.bind(scope, node.target.id, values)
        return values

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Values:
        function, value = self.function(node, node.args, scope)
        function.returns |= self.evaluate(node.body, function.scope)
        return value

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Values:
        self._generators(node.generators, scope)
        return self.evaluate(node.elt, scope)

    _listcomp = _setcomp = _generatorexp = _comprehension

    def _dictcomp(self, node: ast.DictComp, scope: Scope) -> Values:
        self._generators(node.generators, scope)
        return self.evaluate(node.key, scope) | self.evaluate(node.value, scope)

    def _generators(self, generators: list[ast.comprehension], scope: Scope) -> None:
        for step in generators:
            self.assign(step.target, elements(self.evaluate(step.iter, scope)), scope)
            for condition in step.ifs:
                self.evaluate(condition, scope)

    # Names in things.

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

    # Binding.

    def function(self, node: ast.AST, arguments: ast.arguments, scope: Scope) -> tuple[LocalFunction, Values]:
        """Return a function of the submission, its defaults bound, and the value that stands for it."""
        key = f"{scope.path}:{id(node)}"
        if key not in self.functions:
            self.functions[key] = local_function_of(arguments, scope)
        made = self.functions[key]
        for name in (*made.positional, *made.named, made.rest, arguments.kwarg.arg if arguments.kwarg else None):
            if name is not None:
                self.bind(made.scope, name, NOTHING)
        defaults = [*zip(made.positional[::-1], arguments.defaults[::-1], strict=False)]
        defaults += [(n, d) for n, d in zip(made.named, arguments.kw_defaults, strict=True) if d is not None]
        for name, default in defaults:
            self.bind(made.scope, name, self.evaluate(default, scope))
        return made, frozenset({Value(Kind.FUNCTION, key)})

    def assign(self, target: ast.expr, values: Values, scope: Scope) -> None:
        """Bind what an assignment's target names."""
        match target:
            case ast.Name(id=name):
                self.bind(scope, name, values)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for inner in targets:
                    self.assign(inner, elements(values), scope)
            case ast.Starred(value=inner):
                self.assign(inner, values, scope)
            case ast.Attribute(value=base, attr=name):
                self.evaluate(base, scope)
                self.set_attribute(name, values)
            case ast.Subscript(value=base, slice=key):
                self.evaluate(key, scope)
                self._add_to(base, values, scope)

    def set_attribute(self, name: str, values: Values) -> None:
        """Remember what is stored under an attribute's name, in whatever object."""
        known = self.attributes.get(name, NOTHING)
        if not values <= known and len(known) < 24:  # noqa: PLR2004
            self.attributes[name] = known | values
            self.is_changed = True

    def _add_to(self, base: ast.expr, values: Values, scope: Scope) -> None:
        if isinstance(base, ast.Name) and values and scope.look_up(base.id) is not None:
            self.bind(scope, base.id, values)
        elif isinstance(base, ast.Attribute) and values:
            self.set_attribute(base.attr, values)
        self.evaluate(base, scope)


def local_function_of(arguments: ast.arguments, scope: Scope) -> LocalFunction:
    """Describe a function by its parameters, in a scope of its own."""
    positional = tuple(argument.arg for argument in (*arguments.posonlyargs, *arguments.args))
    named = tuple(argument.arg for argument in arguments.kwonlyargs)
    rest = arguments.vararg.arg if arguments.vararg else None
    return LocalFunction(Scope(scope.path, scope), positional, named, rest)
