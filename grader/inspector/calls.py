"""The calls that come to modules and names in other ways than an `import` statement."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from grader.inspector.expressions import Expressions
from grader.inspector.modules import is_standard
from grader.inspector.scopes import NOTHING, Kind, Scope, Value, Values, constant, elements, outside, texts

_IMPORTERS = frozenset({"importlib.import_module", "importlib.__import__", "builtins.__import__", "pkgutil.resolve_name"})
_GETTERS = frozenset(
    {
        "builtins.getattr",
        "builtins.object.__getattribute__",
        "builtins.type.__getattribute__",
        "inspect.getattr_static",
        "operator.getitem",
    }
)
_TAKERS = frozenset({"get", "pop", "setdefault", "__getitem__", "__getattribute__", "__getattr__"})
_WALKERS = frozenset({"values", "items", "keys", "copy"})
_RUNNERS = frozenset({"builtins.exec", "builtins.eval"})
_FILE_RUNNERS = frozenset(
    {
        "runpy.run_path",
        "runpy.run_module",
        "importlib.util.spec_from_file_location",
        "importlib.machinery.SourceFileLoader",
        "imp.load_source",
    }
)
_LOOKERS = frozenset(
    {
        *("builtins.hasattr", "builtins.isinstance", "builtins.print", "builtins.repr", "builtins.id"),
        *("builtins.str", "builtins.type", "inspect.getsource", "inspect.ismodule"),
    }
)
TEXT_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class _Given:
    """The arguments of a call, worked out."""

    node: ast.Call
    scope: Scope
    positional: tuple[Values, ...]
    named: dict[str, Values]

    def at(self, index: int, *names: str) -> Values:
        """Return an argument by its place or its names."""
        if index < len(self.positional):
            return self.positional[index]
        return next((self.named[name] for name in names if name in self.named), NOTHING)


class Calls(Expressions):
    """Follows calls: into the submission's functions, and into what imports, looks up or runs by text."""

    def run_text(self, text: str, node: ast.AST, scope: Scope) -> Values:
        """Walk through source that is given as text."""
        raise NotImplementedError

    def call(self, node: ast.Call, scope: Scope) -> Values:
        """Return what a call may give."""
        callees = self.evaluate(node.func, scope)
        positional = tuple(self.evaluate(argument, scope) for argument in node.args)
        named = {keyword.arg or "**": self.evaluate(keyword.value, scope) for keyword in node.keywords}
        given = _Given(node, scope, positional, named)
        found: set[Value] = set()
        is_known = False
        for callee in sorted(callees, key=lambda value: (value.kind.value, value.name)):
            if callee.kind is Kind.FUNCTION:
                found |= self._call_local(callee.name, given)
                is_known = True
            elif callee.kind is Kind.OUTSIDE:
                result = self._call_outside(callee.name, given)
                is_known = is_known or result is not None
                found |= result or NOTHING
            elif callee.kind is Kind.GETTER:
                found |= self._get(given.at(0), frozenset({Value(Kind.CONSTANT, callee.item)}), given)
                is_known = True
        found |= self._method_of_table(given)
        if not is_known:
            self._hand_over(given)
        return frozenset(found)

    def _hand_over(self, given: _Given) -> None:
        for value in frozenset().union(*given.positional, *given.named.values()):
            if value.kind is Kind.OUTSIDE and self.forbidden.has_part_in(value.name):
                self.doubt(given.node, given.scope, f"hands the module {value.name} to a function")

    def _call_local(self, key: str, given: _Given) -> Values:
        function = self.functions[key]
        names = function.positional
        if names and names[0] in {"self", "cls"} and isinstance(given.node.func, ast.Attribute):
            names = names[1:]
        for index, values in enumerate(given.positional):
            name = names[index] if index < len(names) else function.rest
            if name is not None:
                self.bind(function.scope, name, values)
        for name, values in given.named.items():
            if name in function.positional or name in function.named:
                self.bind(function.scope, name, values)
        return function.returns

    def _call_outside(self, path: str, given: _Given) -> Values | None:
        if path in _IMPORTERS:
            return self._import(path, given)
        if path in _GETTERS:
            return self._get(given.at(0), given.at(1), given) | given.at(2)
        if path in {"operator.attrgetter", "operator.itemgetter"}:
            return frozenset(Value(Kind.GETTER, text) for text in texts(given.at(0)))
        if path in {"builtins.vars", "builtins.globals", "builtins.locals", "builtins.dir"}:
            return given.at(0) or frozenset({Value(Kind.NAMES, given.scope.path)})
        if path == "builtins.compile":
            return given.at(0, "source")
        if path in _RUNNERS:
            return self._run(given)
        if path in _FILE_RUNNERS:
            return self._run_file(given)
        if path == "builtins.setattr":
            for name in texts(given.at(1)):
                self.set_attribute(name, given.at(2))
            return NOTHING
        if path.startswith("sys.path."):
            for name in texts(elements(frozenset().union(*given.positional))) + _texts_below(given.node):
                self.is_changed |= self.modules.add_root(name)
            return NOTHING
        return self._take(path, given)

    def _take(self, path: str, given: _Given) -> Values | None:
        holder, _, method = path.rpartition(".")
        if method in _TAKERS and (holder == "sys.modules" or self.forbidden.has_part_in(holder)):
            return self._get(outside(holder), given.at(0), given) | given.at(1)
        if method in _WALKERS and (holder == "sys.modules" or self.forbidden.has_part_in(holder)):
            if holder != "sys.modules" or method in {"values", "items", "copy"}:
                self.doubt(given.node, given.scope, f"walks through everything in {holder}")
            return NOTHING
        return NOTHING if path in _LOOKERS else None

    def _method_of_table(self, given: _Given) -> Values:
        function = given.node.func
        if not isinstance(function, ast.Attribute) or function.attr not in _TAKERS:
            return NOTHING
        holders = frozenset(value for value in self.evaluate(function.value, given.scope) if value.kind is Kind.NAMES)
        return self._get(holders, given.at(0), given) if holders else NOTHING

    def _get(self, base: Values, keys: Values, given: _Given) -> Values:
        names = texts(keys)
        if not base:
            return frozenset().union(*(self.attributes.get(name, NOTHING) for name in names))
        dotted = names[0].split(".") if len(names) == 1 else []
        if len(dotted) < 2:  # noqa: PLR2004 - one name, or several: no way down
            return self.members(base, keys, given.node, given.scope, "by a name given as text")
        values = base
        for part in dotted:
            values = self.members(values, constant(part), given.node, given.scope, "by a name given as text")
        return values

    def _import(self, path: str, given: _Given) -> Values:
        names = texts(given.at(0, "name"))
        if not names:
            self.doubt(given.node, given.scope, f"{path} with a name that is computed")
        found: set[Value] = set()
        for name in names:
            whole = name.replace(":", ".")
            if name.startswith("."):
                level = len(name) - len(name.lstrip("."))
                whole = self.modules.absolute(given.scope.path, level, name.lstrip("."))
            how = f"by {path.removeprefix('builtins.')}"
            values = self.module_named(whole, given.node, given.scope, how, len(names) == 1)
            is_top = path.endswith("__import__") and "." in whole and not given.at(3, "fromlist")
            found |= self.module_named(whole.partition(".")[0], given.node, given.scope, how) if is_top else values
        return frozenset(found)

    def _run(self, given: _Given) -> Values:
        sources = texts(given.at(0, "source"))
        found: Values = NOTHING
        for text in sources:
            found |= self.run_text(text, given.node, given.scope)
        if not sources:
            self.doubt(given.node, given.scope, "runs text that is computed")
        return found

    def _run_file(self, given: _Given) -> Values:
        found: set[Value] = set()
        names = _texts_below(given.node)
        for name in names:
            paths = self.modules.named(name) or self.modules.chain(name)[-1:]
            for path in paths:
                if self.load(path) is not None:
                    found.add(Value(Kind.LOCAL, path))
            if not paths and is_standard(name):
                found |= self.module_named(name, given.node, given.scope, "by runpy")
        self.doubt(given.node, given.scope, "runs a file by its name")
        return frozenset(found)


def _texts_below(node: ast.AST) -> list[str]:
    found = (child.value for child in ast.walk(node) if isinstance(child, ast.Constant))
    return sorted({value for value in found if isinstance(value, str)})
