"""What is inspected: the candidate's own part of a submission, apart from the starter and from what tools leave."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from grader.inspector.inspection import Inspection
from grader.inspector.linter import Diagnostic, LintRun, lint, without
from grader.inspector.reach import Reach, reach
from grader.inspector.tree import SourceFile, Tree

Function = ast.FunctionDef | ast.AsyncFunctionDef
LINE = 300
"""Characters of a line that tell whether it is the starter's."""

EXCUSES = 3
LINES_AN_EXCUSE = 40

TEST_FOLDERS = frozenset({"test", "tests", "testing"})


def is_test_path(path: str) -> bool:
    """Tell whether a path is one where tests are kept by custom."""
    *folders, name = path.split("/")
    if name == "conftest.py" or name.startswith("test_") or name.endswith("_test.py") or name == "tests.py":
        return True
    return any(folder in TEST_FOLDERS for folder in folders)


def functions_in(tree: ast.AST) -> Iterator[tuple[str, Function]]:
    """Yield every function with its dotted name, outer ones first, by line."""
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        prefix, node = waiting.pop()
        inner: list[tuple[str, ast.AST]] = []
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield prefix + child.name, child
            if isinstance(child, Function | ast.ClassDef):
                inner.append((f"{prefix}{child.name}.", child))
            elif not isinstance(child, ast.expr):
                inner.append((prefix, child))
        waiting.extend(reversed(inner))


class Subject:
    """A submission beside its challenge's starter; every part is worked out once, when it is first asked for."""

    def __init__(self, inspection: Inspection, announce: Callable[[str], None], refused: frozenset[str] = frozenset()) -> None:
        self.inspection = inspection
        self.submission = Tree(inspection.submission, announce, refused)
        self.starter = Tree(inspection.starter)

    @cached_property
    def reach(self) -> Reach:
        """What the entry imports, and how it comes to what is forbidden."""
        roots: list[str] = []
        if self.inspection.entry_module is None:
            roots = [path for path in self.submission.own_paths() if not is_test_path(path)]
        return reach(self.submission, self.inspection.entry_module, self.inspection.forbidden, roots)

    @cached_property
    def own(self) -> tuple[SourceFile, ...]:
        """The candidate's Python files: what the entry imports first, without the starter's unchanged ones."""
        first = [path for path in self.reach.paths if path.endswith(".py")]
        paths = first + [path for path in self.submission.own_paths() if path not in set(first)]
        sources = [self.submission.source(path) for path in paths]
        return tuple(source for source in sources if not self._is_starters(source.path))

    @cached_property
    def broken(self) -> tuple[SourceFile, ...]:
        """The candidate's files that could not be parsed."""
        return tuple(source for source in self.own if source.tree is None)

    @cached_property
    def code(self) -> tuple[SourceFile, ...]:
        """What is judged as the solution: parsed, and not tests (what the entry imports never is)."""
        return tuple(source for source in self.own if source.tree is not None and not self.is_test(source.path))

    @cached_property
    def tests(self) -> tuple[SourceFile, ...]:
        """The candidate's parsed tests."""
        return tuple(source for source in self.own if source.tree is not None and self.is_test(source.path))

    @cached_property
    def starter_sources(self) -> tuple[SourceFile, ...]:
        """The starter's parsed Python files."""
        sources = [self.starter.source(path) for path in self.starter.own_paths()]
        return tuple(source for source in sources if source.tree is not None)

    @cached_property
    def lint_run(self) -> LintRun:
        """What the linter says of the candidate's own files; what it says of the starter's lines is left out.

        A `# noqa: CODE` that names its rule excuses `EXCUSES` findings and more in longer code.
        """
        known = lint(self.starter_sources, (s.path for s in self.starter_sources if is_test_path(s.path)))
        found = lint((*self.code, *self.tests), (source.path for source in self.tests))
        news = self._news(found.diagnostics, known.diagnostics)
        allowed = EXCUSES + self.code_lines // LINES_AN_EXCUSE
        denied = set([item for item in news if item.is_excused][allowed:])
        counted = (replace(item, is_excused=False) if item in denied else item for item in news)
        return LintRun(tuple(counted), found.stopped)

    @cached_property
    def code_lines(self) -> int:
        """How many lines of the solution hold code: not blank, not only a comment; at least 1."""
        return max(1, sum(count_code(source) for source in self.code))

    def nothing_to_judge(self) -> str:
        """Say why a check on code has no code to look at."""
        lines = [f"{source.path} {source.problem}." for source in self.broken]
        return "\n".join(lines) or "There is no code of the candidate's own to judge: all is as in the starter."

    def is_test(self, path: str) -> bool:
        """Tell whether a file holds tests: by its place, unless the entry imports it."""
        return is_test_path(path) and path not in self.reach.paths

    def is_starters(self, function: Function) -> bool:
        """Tell whether a function is the starter's, word for word."""
        if function.name not in self._starter_functions:
            return False
        return ast.dump(function) in self._starter_functions[function.name]

    @cached_property
    def _starter_functions(self) -> dict[str, set[str]]:
        known: dict[str, set[str]] = {}
        for source in self.starter_sources:
            assert source.tree is not None
            for _, function in functions_in(source.tree):
                known.setdefault(function.name, set()).add(ast.dump(function))
        return known

    @cached_property
    def _starter_bytes(self) -> set[bytes]:
        return {self.starter.read(path) for path in self.starter.own_paths()}

    def _is_starters(self, path: str) -> bool:
        return self.submission.source(path).data in self._starter_bytes - {b""}

    def _news(self, found: tuple[Diagnostic, ...], known: tuple[Diagnostic, ...]) -> list[Diagnostic]:
        own = {source.path: source for source in self.own}
        starters = {source.path: source for source in self.starter_sources}
        texts = {id(item): own[item.path].line(item.line)[:LINE] for item in found}
        texts |= {id(item): starters[item.path].line(item.line)[:LINE] for item in known}
        return without(found, known, lambda item: texts[id(item)])


def count_code(source: SourceFile) -> int:
    """Count the lines that are neither blank nor only a comment."""
    stripped = (line.strip() for line in source.lines)
    return sum(1 for line in stripped if line and not line.startswith("#"))
