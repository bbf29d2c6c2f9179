"""Finds comments that are code: whole blocks of two lines and more that parse as statements."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable

from grader.inspector.finding import Note
from grader.inspector.tree import SourceFile, parse

LINES = 2
BLOCK_CHARACTERS = 10_000
BLOCKS = 200
_CODE = (
    *(ast.Assign, ast.AugAssign, ast.Return, ast.Raise, ast.Import, ast.ImportFrom, ast.Delete, ast.With),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Try, ast.Assert),
)


def _lines_in_texts(nodes: Iterable[ast.AST]) -> set[int]:
    """Return the lines that lie inside a text over several lines, where a `#` is no comment."""
    inside: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Constant | ast.JoinedStr) and (node.end_lineno or 0) > node.lineno:
            inside.update(range(node.lineno, (node.end_lineno or 0) + 1))
    return inside


def _blocks(source: SourceFile) -> list[tuple[int, list[str]]]:
    inside = _lines_in_texts(source.nodes)
    found: list[tuple[int, list[str]]] = []
    last = -1
    for number, line in enumerate(source.lines, 1):
        text = line.strip()
        if not text.startswith("#") or number in inside:
            continue
        if number == last + 1:
            found[-1][1].append(text[1:])
        else:
            found.append((number, [text[1:]]))
        last = number
    return [(number, lines) for number, lines in found if len(lines) >= LINES]


def _is_code(lines: list[str]) -> bool:
    text = textwrap.dedent("\n".join(lines))
    if len(text) > BLOCK_CHARACTERS:
        return False
    tree = parse(text.encode("utf-8", "replace")).tree
    if tree is None:
        inner = "def block():\n" + textwrap.indent(text, "    ")
        tree = parse(inner.encode("utf-8", "replace")).tree
        body = tree.body[0].body if tree is not None and isinstance(tree.body[0], ast.FunctionDef) else []
    else:
        body = tree.body
    calls = [s for s in body if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call | ast.Await)]
    return any(isinstance(statement, _CODE) for statement in body) and all(isinstance(statement, _CODE) or statement in calls for statement in body)


def commented_blocks(source: SourceFile) -> list[Note]:
    """Find blocks of comments that are code and nothing else."""
    return [Note(source.path, number, f"{len(lines)} lines of code are commented out") for number, lines in _blocks(source)[:BLOCKS] if _is_code(lines)]
