"""Which modules of a submission its entry imports, and how they come to what is forbidden."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.inspector.forbidden import Forbidden
from grader.inspector.journal import Route
from grader.inspector.modules import is_standard
from grader.inspector.statements import Statements
from grader.inspector.tree import SourceFile, Tree
from grader.inspector.vendored import copied_package

BINARY = (".so", ".pyd", ".pyc", ".pth")


@dataclass(frozen=True, slots=True)
class Reach:
    """The files that the entry imports, in the order found, who imported each, and the routes."""

    paths: tuple[str, ...]
    importers: dict[str, str]
    certain: tuple[Route, ...]
    doubtful: tuple[Route, ...]


def reach(tree: Tree, entry: str | None, forbidden: Iterable[str], roots: Iterable[str] = ()) -> Reach:
    """Follow imports from the entry's module, or from `roots` where a challenge names no entry."""
    rules = Forbidden(tuple(forbidden))
    walk = Statements(tree, rules)
    for path in walk.modules.chain(entry) if entry is not None else roots:
        walk.load(path)
    walk.run()
    certain = set(walk.journal.certain)
    doubtful = walk.journal.doubtful if rules.names else set()
    for path in walk.scopes:
        source = tree.source(path)
        certain |= _copies(source, rules)
        if rules.names and source.tree is None:
            doubtful |= _mentions(source, rules)
    doubtful |= _binaries(tree, rules)
    certain_lines = {(route.path, route.line, route.name) for route in certain}
    doubts = {route for route in doubtful if (route.path, route.line, route.name) not in certain_lines}
    return Reach(tuple(walk.scopes), walk.importers, tuple(sorted(certain)), tuple(sorted(doubts)))


def _copies(source: SourceFile, rules: Forbidden) -> set[Route]:
    found = copied_package(source.nodes, rules.names)
    if found is None:
        return set()
    package, names = found
    return {Route(source.path, 0, package, f"as a copy of its source: defines {', '.join(names)}")}


def _mentions(source: SourceFile, rules: Forbidden) -> set[Route]:
    tails = {name.rpartition(".")[2] for name in rules.names}
    found = set()
    for number, line in enumerate(source.lines[:5000], 1):
        words = set(re.findall(r"[A-Za-z_]\w*", line[:1000])) & tails
        found |= {Route(source.path, number, "", f"names {word} in a file that cannot be parsed") for word in words}
    return found


def _binaries(tree: Tree, rules: Forbidden) -> set[Route]:
    if not rules.names:
        return set()
    odd = [path for path in tree.files if path.endswith(BINARY) and "__pycache__" not in path]
    named = {name.partition(".")[0] for name in rules.names if not is_standard(name)}
    copies = [path for path in tree.files if path.endswith(".py") and _module_name(path) in named]
    found = {Route(path, 0, "", "is compiled: its imports cannot be seen") for path in odd[:20]}
    return found | {Route(path, 0, "", "is named like a forbidden package") for path in copies[:20]}


def _module_name(path: str) -> str:
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return parts[-1]
