"""Which lines of a lock file hold for another Python than ours: pip itself asks only the one that runs it."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.errors import ImageError

_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def lines_that_hold(lock: str, environment: Mapping[str, str]) -> str:
    """Return the requirements whose marker is true, without markers. Raises `ImageError`."""
    kept = []
    for requirement in re.split(r"(?m)^(?=[A-Za-z0-9])", lock):
        first, _, hashes = requirement.partition("\n")
        name, separator, marker = first.removesuffix("\\").partition(" ; ")
        if not separator:
            kept.append(requirement)
        elif holds(marker.strip(), environment):
            kept.append(f"{name} \\\n{hashes}")
    return "".join(kept)


def holds(marker: str, environment: Mapping[str, str]) -> bool:
    """Judge a marker. It is read as a Python expression, of which only comparisons joined by and/or are known."""
    try:
        return _judge(ast.parse(marker, mode="eval").body, environment)
    except (SyntaxError, KeyError, TypeError) as error:
        raise ImageError(f"marker {marker!r} of a lock file is not understood: {error}") from error


def _judge(node: ast.expr, environment: Mapping[str, str]) -> bool:
    if isinstance(node, ast.BoolOp):
        parts = [_judge(value, environment) for value in node.values]
        return all(parts) if isinstance(node.op, ast.And) else any(parts)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = _text(node.left, environment), _text(node.comparators[0], environment)
        return _ORDER[type(node.ops[0])](*_comparable(left, right))
    raise TypeError(f"unexpected {type(node).__name__}")


def _text(node: ast.expr, environment: Mapping[str, str]) -> str:
    if isinstance(node, ast.Name):
        return environment[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise TypeError(f"unexpected {type(node).__name__}")


def _comparable(left: str, right: str) -> tuple[object, object]:
    """Return two versions as numbers of equal length, anything else as it is."""
    if not all(re.fullmatch(r"\d+(\.\d+)*", text) for text in (left, right)):
        return left, right
    first, second = ([int(number) for number in text.split(".")] for text in (left, right))
    length = max(len(first), len(second))
    return first + [0] * (length - len(first)), second + [0] * (length - len(second))
