"""The check `complexity`: how long and how branched each function is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.inspector.finding import Answer, Note
from grader.inspector.subject import Function, Subject, functions_in

_BRANCHES = (*(ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.match_case),)
_NESTING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler, ast.IfExp, ast.Match)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Limit:
    """A measure of one function: nothing is lost up to `full_at`, everything from `zero_at`."""

    words: str
    full_at: int
    zero_at: int

    def loss(self, value: int) -> float:
        """Return what a value loses, 0 to 1."""
        return min(1.0, max(0.0, (value - self.full_at) / (self.zero_at - self.full_at)))


PATHS = Limit("paths through it", 12, 32)
NESTED = Limit("units of nested branching", 18, 60)
LINES = Limit("lines of code", 60, 160)
WORST_COUNTS = 0.3


@dataclass(frozen=True, slots=True)
class Size:
    """The measures of one function."""

    path: str
    name: str
    line: int
    paths: int
    nested: int
    lines: int

    @property
    def over(self) -> list[tuple[Limit, int]]:
        """The limits that it is over, with its values."""
        return [(limit, value) for limit, value in ((PATHS, self.paths), (NESTED, self.nested), (LINES, self.lines)) if value > limit.full_at]

    @property
    def loss(self) -> float:
        """What it loses, 0 to 1: its worst measure."""
        return max((limit.loss(value) for limit, value in self.over), default=0.0)


def _steps(body: list[ast.stmt]) -> Iterator[tuple[ast.AST, int]]:
    """Yield every node of a body with its nesting, functions and classes inside it left out."""
    waiting: list[tuple[ast.AST, int]] = [(statement, 0) for statement in body]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        deeper = depth + isinstance(node, _NESTING)
        for child in ast.iter_child_nodes(node):
            waiting.append((child, depth if _is_elif(node, child) else deeper))


def _is_elif(node: ast.AST, child: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(child, ast.If) and len(node.orelse) == 1 and child is node.orelse[0]


def measure(path: str, name: str, line: int, body: list[ast.stmt]) -> Size:
    """Measure one function's body, or a module's own statements."""
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    paths, nested, lines = 1, 0, set()
    for node, depth in _steps(body):
        if isinstance(node, ast.BoolOp):
            paths += len(node.values) - 1
            nested += 1
        if isinstance(node, ast.comprehension):
            paths += len(node.ifs)
        elif isinstance(node, _BRANCHES):
            paths += 1
        if isinstance(node, _NESTING):
            nested += 1 + depth
        if isinstance(node, ast.stmt | ast.expr):
            lines.add(node.lineno)
    return Size(path, name, line, paths, nested, len(lines))


def sizes(subject: Subject) -> list[Size]:
    """Measure every function of the candidate's own solution, and each module's own statements."""
    found = []
    for source in subject.code:
        assert source.tree is not None  # noqa: S101 - `code` holds what was parsed
        own: list[tuple[str, Function]] = [(name, function) for name, function in functions_in(source.tree) if not subject.is_starters(function)]
        found += [measure(source.path, name, function.lineno, function.body) for name, function in own]
        outside = [node for node in source.tree.body if not isinstance(node, (*_SCOPES, ast.Import, ast.ImportFrom))]
        found.append(measure(source.path, "the module's own statements", 1, outside))
    return found


def check_complexity(subject: Subject) -> Answer:
    """Answer `complexity`."""
    found = sizes(subject)
    if not any(size.lines for size in found):
        return Answer("complexity", 0.0, subject.nothing_to_judge())
    lines = sum(size.lines for size in found)
    lost = sum(size.loss * size.lines for size in found) / lines
    worst = max(size.loss for size in found)
    fraction = 1.0 - max(lost, WORST_COUNTS * worst)
    over = sorted((size for size in found if size.loss), key=lambda size: (-size.loss, size.path, size.line))
    notes = tuple(Note(size.path, size.line, _sentence(size)) for size in over)
    message = "\n".join(f"{size.path}:{size.line} {_sentence(size)}" for size in over[:8])
    return Answer("complexity", fraction, message or "No function is too long or too branched.", notes)


def _sentence(size: Size) -> str:
    parts = [f"{value} {limit.words} (up to {limit.full_at} is fine)" for limit, value in size.over]
    subject = size.name if " " in size.name else f"function {size.name}"
    return f"{subject}: {', '.join(parts)}"
