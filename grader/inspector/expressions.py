"""What an expression may stand for, as far as the import rule needs to know it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from grader.inspector.folding import STEPS, Constant, Folder
from grader.inspector.forbidden import Forbidden
from grader.inspector.journal import Journal
from grader.inspector.members import Members
from grader.inspector.modules import Modules
from grader.inspector.scopes import NOTHING, Kind, LocalFunction, Scope, Value, Values, constant, elements, outside

FOLDING_STEPS = 300_000
"""What one pass may spend on constants; beyond it a name that is put together counts as computed."""

MANY = 64
"""Texts in one container over this many are data, not names of modules."""


class Expressions(Members):
    """Evaluates expressions to sets of values, meeting every name in them."""

    def __init__(self, modules: Modules, forbidden: Forbidden, journal: Journal) -> None:
        super().__init__(modules, forbidden, journal)
        self._folded: dict[int, Constant | None] = {}
        self._steps_left = FOLDING_STEPS

    def call(self, node: ast.Call, scope: Scope) -> Values:
        """Return what a call may give."""
        raise NotImplementedError

    def start_pass(self) -> None:
        """Forget what was worked out from names, whose values may have grown."""
        self._folded.clear()
        self._steps_left = FOLDING_STEPS
        self.is_changed = False

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
        found = self.members(base, keys, node, scope, "by subscript")
        rest = elements(base) - outside("sys.modules") if found else elements(base)  # a table, not what is in it
        return rest | found

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
