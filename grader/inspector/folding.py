"""Works out constant expressions as data, within bounds: `"lru" + "_cache"`, `"".join(map(chr, codes))`, slices."""

from __future__ import annotations

import ast
import base64
import binascii
import codecs
import operator
import re
from collections.abc import Callable, Iterable

Constant = str | bytes | int | tuple["Constant", ...]
LENGTH = 4096
STEPS = 2000
NUMBER = 1 << 32

_OPERATORS: dict[type[ast.operator], Callable[..., object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mod: operator.mod,
    ast.BitXor: operator.xor,
    ast.FloorDiv: operator.floordiv,
}
_METHODS = frozenset("capitalize casefold decode encode format fromhex hex join lower lstrip partition removeprefix removesuffix replace rstrip split strip swapcase title upper".split())
_FUNCTIONS: dict[str, Callable[..., object]] = {
    "chr": chr,
    "ord": ord,
    "str": str,
    "bytes": bytes,
    "bytearray": bytes,
    "list": tuple,
    "tuple": tuple,
    "range": lambda *numbers: tuple(range(*numbers))[:LENGTH] if max(map(abs, numbers)) <= LENGTH else None,
    "reversed": lambda items: tuple(items)[::-1],
    "sorted": lambda items: tuple(sorted(items)),
}
_DECODERS: dict[str, Callable[..., object]] = {
    "b64decode": base64.b64decode,
    "b32decode": base64.b32decode,
    "b16decode": base64.b16decode,
    "urlsafe_b64decode": base64.urlsafe_b64decode,
    "unhexlify": binascii.unhexlify,
    "a85decode": base64.a85decode,
    "b85decode": base64.b85decode,
}
_TEXT_CODECS = frozenset({"rot13", "rot_13", "hex", "base64", "utf-8", "ascii"})


def bounded(value: object) -> Constant | None:
    """Return a value where it is a constant of reasonable size, a list as a tuple."""
    if isinstance(value, list | tuple):
        if _leaves(value) > LENGTH:
            return None
        items = [bounded(item) for item in value[:LENGTH]]
        return None if any(item is None for item in items) else tuple(item for item in items if item is not None)
    if isinstance(value, int):
        return int(value) if abs(value) < NUMBER else None
    if isinstance(value, str | bytes):
        return value if len(value) <= LENGTH else None
    return None


def _leaves(value: object) -> int:
    """Count what a nested tuple holds, stopping soon after `LENGTH`."""
    if not isinstance(value, list | tuple):
        return 1
    count = 0
    for item in value:
        count += _leaves(item)
        if count > LENGTH:
            break
    return count


def _is_wide(pattern: str | bytes) -> bool:
    text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
    return len(text) > 256 or re.search(r"[0-9]{4}|\*", text) is not None  # noqa: PLR2004


class Folder:
    """Folds one expression within a number of steps; `constant_of` gives the one constant that a name stands for."""

    def __init__(self, constant_of: Callable[[str], Constant | None], steps: int = STEPS) -> None:
        self.steps_left = steps
        self._constant_of = constant_of
        self._local: dict[str, Constant] = {}

    def fold(self, node: ast.expr) -> Constant | None:
        """Return the constant that an expression is, or `None`."""
        self.steps_left -= 1
        if self.steps_left < 0:
            return None
        try:
            return bounded(self._fold(node))
        except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, UnicodeError):
            return None

    def _fold(self, node: ast.expr | ast.slice | None) -> object:
        match node:
            case ast.Constant(value=str() | bytes() | int() as value):
                return value
            case ast.Name(id=name):
                return self._local.get(name, self._constant_of(name))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return self._all(items)
            case ast.BinOp():
                return self._binary(node)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                number = self.fold(operand)
                return -number if isinstance(number, int) else None
            case ast.JoinedStr(values=parts):
                return self._joined(parts)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._text(self.fold(value))
            case ast.Subscript():
                return self._subscript(node)
            case ast.GeneratorExp() | ast.ListComp():
                return self._comprehension(node)
            case ast.Call():
                return self._call(node)
        return None

    @staticmethod
    def _text(value: Constant | None) -> str | None:
        return None if value is None else str(value)

    def _all(self, nodes: Iterable[ast.expr]) -> tuple[Constant, ...] | None:
        found: list[Constant] = []
        for node in nodes:
            value = self.fold(node)
            if value is None:
                return None
            found.append(value)
        return tuple(found)

    def _binary(self, node: ast.BinOp) -> object:
        left, right = self.fold(node.left), self.fold(node.right)
        if left is None or right is None:
            return None
        if isinstance(node.op, ast.Mult):
            return self._product(left, right)
        if isinstance(node.op, ast.Mod) and isinstance(left, str | bytes) and _is_wide(left):
            return None
        known = _OPERATORS.get(type(node.op))
        return known(left, right) if known else None

    @staticmethod
    def _product(left: Constant, right: Constant) -> object:
        if isinstance(left, int):
            left, right = right, left
        size = 1 if isinstance(left, int) else len(left)
        if not isinstance(right, int) or size * right > LENGTH:
            return None
        return left * right

    def _joined(self, parts: list[ast.expr]) -> str | None:
        texts = self._all(parts)
        return None if texts is None else "".join(str(text) for text in texts)

    def _subscript(self, node: ast.Subscript) -> object:
        base = self.fold(node.value)
        if not isinstance(base, str | bytes | tuple):
            return None
        if not isinstance(node.slice, ast.Slice):
            index = self.fold(node.slice)
            return base[index] if isinstance(index, int) else None
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        lower, upper, step = (None if bound is None else int(str(self.fold(bound))) for bound in bounds)
        return base[slice(lower, upper, step)]

    def _comprehension(self, node: ast.GeneratorExp | ast.ListComp) -> object:
        (step, *more) = node.generators
        items = self.fold(step.iter)
        if more or step.ifs or not isinstance(step.target, ast.Name) or not isinstance(items, str | bytes | tuple):
            return None
        if len(items) > 256:  # noqa: PLR2004
            return None
        name, results = step.target.id, []
        outer = self._local.get(name)
        try:
            for item in items:
                self._local[name] = item
                results.append(self.fold(node.elt))
        finally:
            if outer is None:
                self._local.pop(name, None)
            else:
                self._local[name] = outer
        return tuple(results)

    def _call(self, node: ast.Call) -> object:
        if node.keywords:
            return None
        if isinstance(node.func, ast.Name) and node.func.id == "map" and len(node.args) == 2:  # noqa: PLR2004
            items, function = self.fold(node.args[1]), node.args[0]
            known = _FUNCTIONS.get(function.id) if isinstance(function, ast.Name) else None
            return tuple(known(item) for item in items) if known and isinstance(items, tuple | bytes | str) else None
        arguments = self._all(node.args)
        if arguments is None:
            return None
        if isinstance(node.func, ast.Name):
            return self._function(node.func.id, arguments)
        if isinstance(node.func, ast.Attribute):
            return self._method(node.func, arguments)
        return None

    @staticmethod
    def _function(name: str, arguments: tuple[Constant, ...]) -> object:
        known = _FUNCTIONS.get(name) or _DECODERS.get(name)
        if known is None or (name in {"bytes", "bytearray"} and arguments and isinstance(arguments[0], int)):
            return None
        return known(*arguments)

    def _method(self, function: ast.Attribute, arguments: tuple[Constant, ...]) -> object:
        name = function.attr
        if name in _DECODERS:
            return _DECODERS[name](*arguments)
        if name in {"decode", "encode"} and isinstance(function.value, ast.Name) and function.value.id == "codecs":
            known = len(arguments) > 1 and arguments[1] in _TEXT_CODECS
            return getattr(codecs, name)(*arguments[:2]) if known else None
        if name == "fromhex" and isinstance(function.value, ast.Name):
            return bytes.fromhex(str(arguments[0]))
        base = self.fold(function.value)
        if name not in _METHODS or not isinstance(base, str | bytes):
            return None
        if name == "format" and _is_wide(base):
            return None
        if name == "replace" and sum(len(a) for a in arguments if isinstance(a, str | bytes)) > 64:  # noqa: PLR2004
            return None
        return getattr(base, name)(*arguments)
