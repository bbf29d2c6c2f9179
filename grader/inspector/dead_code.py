"""The check `dead_code`: what is never used, never reached, or commented out; in doubt it is alive."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from grader.inspector.commented_code import commented_blocks
from grader.inspector.finding import Answer, Note, share_lost
from grader.inspector.rules import NEVER_USED
from grader.inspector.subject import Subject
from grader.inspector.tree import SourceFile

BASE_UNITS = 6.0
LINES_A_UNIT = 30.0
_WORD = re.compile(r"[A-Za-z_]\w*")
_LOOKS_FOR = "find_spec"
"""In the linter's words for an import that only looks whether a package is there."""

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _words_used(nodes: Iterable[ast.AST]) -> Counter[str]:
    """Count every name that is read, called, imported or spelled in a text."""
    used: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, ast.Name):
            used[node.id] += 1
        elif isinstance(node, ast.Attribute):
            used[node.attr] += 1
        elif isinstance(node, ast.alias):
            used[node.name.rpartition(".")[2]] += 1
        elif isinstance(node, ast.keyword) and node.arg:
            used[node.arg] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.update(set(_WORD.findall(node.value[:10_000])))
    return used


def _private(tree: ast.Module) -> Iterator[tuple[Definition, str]]:
    """Yield private definitions; what a decorator or a base class may call is left out."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, True)]
    while waiting:
        node, is_plain = waiting.pop()
        for child in ast.iter_child_nodes(node):
            inner_plain = is_plain
            if isinstance(child, ast.ClassDef):
                inner_plain = not child.bases and not child.keywords
            if isinstance(child, Definition):
                name = child.name
                is_private = name.startswith("_") and not name.endswith("_")
                if is_private and not child.decorator_list and (is_plain or isinstance(child, ast.ClassDef)):
                    yield child, name
            if isinstance(child, ast.stmt | ast.ExceptHandler):
                waiting.append((child, inner_plain))


def _is_used(name: str, total: Counter[str], inside: Counter[str], prefixes: set[str]) -> bool:
    if total[name] - inside[name] > 0:
        return True
    if name.startswith("__") and any(word.endswith(name) and word != name for word in total):
        return True
    return any(name.startswith(prefix) for prefix in prefixes)


def unused_private(subject: Subject) -> list[Note]:
    """Find private functions, methods and classes that nothing in the whole submission names."""
    total: Counter[str] = Counter()
    prefixes: set[str] = set()
    for source in (*subject.code, *subject.tests, *subject.starter_sources):
        total.update(_words_used(source.nodes))
        prefixes |= _name_prefixes(source.nodes)
    found = []
    for source in subject.code:
        assert source.tree is not None  # noqa: S101 - `code` holds what was parsed
        for node, name in _private(source.tree):
            inside = _words_used(ast.walk(node))
            if not _is_used(name, total, inside, prefixes):
                kind = "class" if isinstance(node, ast.ClassDef) else "function"
                found.append(Note(source.path, node.lineno, f"the private {kind} {name} is never used"))
    return found


def _name_prefixes(nodes: Iterable[ast.AST]) -> set[str]:
    """Return texts like `_on_`, from which a method's name may be put together."""
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {text for text in texts if len(text) > 1 and text.startswith("_") and text.strip("_") and text.endswith("_")}


def _is_never(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and not test.value


def _is_yield(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield | ast.YieldFrom)


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        block = getattr(node, field, None)
        if isinstance(block, list):
            yield block


def unreachable(source: SourceFile) -> list[Note]:
    """Find statements after a return, raise, continue or break, and branches that are never taken."""
    found = []
    for node in source.nodes:
        if isinstance(node, ast.If | ast.While) and _is_never(node.test):
            found.append(Note(source.path, node.lineno, "this branch is never taken"))
        for block in _blocks(node):
            for before, after in zip(block, block[1:], strict=False):
                if isinstance(before, _ENDS) and not _is_yield(after):
                    word = type(before).__name__.lower()
                    found.append(Note(source.path, after.lineno, f"nothing after this {word} is ever reached"))
                    break
    return found


def check_dead_code(subject: Subject) -> Answer:
    """Answer `dead_code`."""
    if not subject.code:
        return Answer("dead_code", 0.0, subject.nothing_to_judge())
    known = {line.strip() for source in subject.starter_sources for line in source.lines}
    found = unused_private(subject)
    for source in subject.code:
        found += unreachable(source) + commented_blocks(source)
    found = [note for note in found if _line(subject, note) not in known]
    found += [Note(item.path, item.line, item.text) for item in subject.lint_run.diagnostics if item.code in NEVER_USED and not item.is_excused and _LOOKS_FOR not in item.text]
    found.sort()
    fraction = share_lost(len(found), BASE_UNITS + subject.code_lines / LINES_A_UNIT)
    message = "\n".join(f"{note.path}:{note.line} {note.text}" for note in found[:10])
    if len(found) > 10:  # noqa: PLR2004
        message += f"\n… and {len(found) - 10} more."
    return Answer("dead_code", fraction, message or "Nothing is unused, unreachable or commented out.", tuple(found))


def _line(subject: Subject, note: Note) -> str:
    return subject.submission.source(note.path).line(note.line).strip()
