"""Walks through the statements of every module that the entry imports, until nothing new is learned."""

from __future__ import annotations

import ast

from grader.inspector.calls import TEXT_CHARACTERS, Calls
from grader.inspector.forbidden import Forbidden
from grader.inspector.journal import Journal, Route
from grader.inspector.modules import Modules, is_standard
from grader.inspector.scopes import NOTHING, Kind, LocalFunction, Scope, Value, Values, elements, outside
from grader.inspector.tree import Parsed, Tree, parse

PASSES = 24
STATEMENTS = 60_000
"""How many statements all passes together walk through before a pass is the last."""

TEXTS_DEEP = 4
IMPORTS_DEEP = 40
"""Modules that import one another deeper than this wait for the next pass."""


class Statements(Calls):
    """Follows bindings, imports and control flow; what cannot run (`if TYPE_CHECKING`) is passed over."""

    def __init__(self, tree: Tree, forbidden: Forbidden) -> None:
        super().__init__(Modules(tree.files), forbidden, Journal())
        self.tree = tree
        self.importers: dict[str, str] = {}
        self._current = ""
        self._walked = 0
        self._depth = 0
        self._open: list[LocalFunction] = []
        self._classes: dict[int, Scope] = {}
        self._texts: dict[str, Parsed] = {}

    def load(self, path: str) -> Scope | None:
        """Return the scope of a local module, which counts as imported from now on."""
        if path not in self.scopes:
            self.scopes[path] = Scope(path)
            self.importers[path] = self._current
            self.is_changed = True
            source = self.tree.source(path)
            if source.tree is None:
                self.journal.note(Route(path, source.problem_line, "", f"is imported but {source.problem}"), False)
            elif self._depth < IMPORTS_DEEP:
                self._module(path)
        return self.scopes[path]

    def run(self) -> None:
        """Walk through all loaded modules again and again until nothing new is learned."""
        for _ in range(PASSES):
            self.start_pass()
            for path in list(self.scopes):
                self._module(path)
            if not self.is_changed:
                return
            if self._walked > STATEMENTS:
                break
        self.journal.note(Route(next(iter(self.scopes), ""), 0, "", "imports too much to follow every name"), False)

    def _module(self, path: str) -> None:
        """Walk through a module, as Python does at its first import: before whoever imports it goes on."""
        tree = self.tree.source(path).tree
        if tree is None:
            return
        outer = self._current, self.line_of_text
        self._current, self.line_of_text = path, None
        self._depth += 1
        self.block(tree.body, self.scopes[path])
        self._depth -= 1
        self._current, self.line_of_text = outer

    def block(self, body: list[ast.stmt], scope: Scope) -> None:
        """Walk through statements in order."""
        for statement in body:
            self._walked += 1
            special = getattr(self, f"_{type(statement).__name__.lower()}_", None)
            if special:
                special(statement, scope)
            else:
                self._any(statement, scope)

    def run_text(self, text: str, node: ast.AST, scope: Scope) -> Values:
        """Walk through source that is given as text, as part of the line that runs it."""
        if text not in self._texts:
            self._texts[text] = parse(text[:TEXT_CHARACTERS].encode("utf-8", "replace"))
        tree, problem = self._texts[text].tree, self._texts[text].problem
        if tree is None or self.text_depth >= TEXTS_DEEP:
            self.doubt(node, scope, f"runs text that {problem or 'runs text in turn'}")
            return NOTHING
        outer, self.line_of_text = self.line_of_text, self._line(node)
        self.text_depth += 1
        try:
            self.block(tree.body, scope)
            last = tree.body[-1] if tree.body else None
            return self.evaluate(last.value, scope) if isinstance(last, ast.Expr) else NOTHING
        finally:
            self.text_depth -= 1
            self.line_of_text = outer

    # Statements.

    def _any(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.evaluate(child, scope)
            elif isinstance(child, ast.stmt):
                self.block([child], scope)
            else:
                self._any(child, scope)

    def _import_(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            values = self.module_named(alias.name, node, scope, "by import")
            if alias.asname is None:
                top = alias.name.partition(".")[0]
                values = values if top == alias.name else self._top(top)
            self.bind(scope, alias.asname or alias.name.partition(".")[0], values)

    def _top(self, name: str) -> Values:
        local = self.modules.find(name)
        found = frozenset({Value(Kind.LOCAL, local)}) if local is not None else NOTHING
        is_outside = is_standard(name) or (local is None and not self.modules.is_folder(name))
        return found | (outside(name) if is_outside else NOTHING)

    def _importfrom_(self, node: ast.ImportFrom, scope: Scope) -> None:
        name = node.module or ""
        if node.level:
            name = self.modules.absolute(scope.path, node.level, name)
        is_namespace = self.modules.find(name) is None and self.modules.is_folder(name)
        base = NOTHING if is_namespace else self.module_named(name, node, scope, "by import")
        for alias in node.names:
            if alias.name == "*":
                self._star(base, name, node, scope)
                continue
            inner = f"{name}.{alias.name}" if name else alias.name
            if self.modules.find(inner) is not None:
                self.load(str(self.modules.find(inner)))
            found: Values = NOTHING
            for value in base:
                found |= self.member(value, alias.name, node, scope, "by import")
            if self.modules.find(inner) is not None:
                found |= frozenset({Value(Kind.LOCAL, str(self.modules.find(inner)))})
            self.bind(scope, alias.asname or alias.name, found)

    def _star(self, base: Values, name: str, node: ast.ImportFrom, scope: Scope) -> None:
        for value in base:
            if value.kind is Kind.LOCAL:
                source = self.load(value.name)
                for inner, values in list(source.names.items()) if source else ():
                    if not inner.startswith("_"):
                        self.bind(scope, inner, values)
        parts = self.forbidden.parts_of(name)
        for inner, path in parts.items():
            self.stars.setdefault(scope.path, set()).add(inner)
            self.bind(scope, inner, outside(path))
        if parts:
            self.doubt(node, scope, f"imports everything from {name}, which holds {', '.join(sorted(parts))}")

    def _functiondef_(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        for decorator in node.decorator_list:
            self.evaluate(decorator, scope)
        function, value = self.function(node, node.args, scope)
        self.bind(scope, node.name, value)
        if scope.is_class:
            self.set_attribute(node.name, value)
        self._open.append(function)
        self.block(node.body, function.scope)
        self._open.pop()

    _asyncfunctiondef_ = _functiondef_

    def _return_(self, node: ast.Return, scope: Scope) -> None:
        values = self.evaluate(node.value, scope)
        if self._open and not values <= self._open[-1].returns:
            self._open[-1].returns |= values
            self.is_changed = True

    def _classdef_(self, node: ast.ClassDef, scope: Scope) -> None:
        for part in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.evaluate(part, scope)
        inner = self._classes.setdefault(id(node), Scope(scope.path, scope, is_class=True))
        self.bind(scope, node.name, NOTHING)
        self.block(node.body, inner)
        for name, values in inner.names.items():
            if values:
                self.set_attribute(name, values)

    def _assign_(self, node: ast.Assign, scope: Scope) -> None:
        values = self.evaluate(node.value, scope)
        for target in node.targets:
            self._assign_one(target, node.value, values, scope)

    def _assign_one(self, target: ast.expr, value: ast.expr, values: Values, scope: Scope) -> None:
        pairs = (ast.Tuple, ast.List)
        if isinstance(target, pairs) and isinstance(value, pairs) and len(target.elts) == len(value.elts):
            for left, right in zip(target.elts, value.elts, strict=True):
                self.assign(left, self.evaluate(right, scope), scope)
        else:
            self.assign(target, values, scope)

    def _annassign_(self, node: ast.AnnAssign, scope: Scope) -> None:
        self.evaluate(node.annotation, scope)
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value, scope), scope)

    def _augassign_(self, node: ast.AugAssign, scope: Scope) -> None:
        self.assign(node.target, self.evaluate(node.value, scope), scope)

    def _for_(self, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
        self.assign(node.target, elements(self.evaluate(node.iter, scope)), scope)
        self.block(node.body, scope)
        self.block(node.orelse, scope)

    _asyncfor_ = _for_

    def _with_(self, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
        for item in node.items:
            values = self.evaluate(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, values, scope)
        self.block(node.body, scope)

    _asyncwith_ = _with_

    def _global_(self, node: ast.Global | ast.Nonlocal, scope: Scope) -> None:
        if isinstance(node, ast.Global):
            scope.outer.update(node.names)

    def _if_(self, node: ast.If, scope: Scope) -> None:
        values = self.evaluate(node.test, scope)
        if values != outside("typing.TYPE_CHECKING"):
            self.block(node.body, scope)
        self.block(node.orelse, scope)
