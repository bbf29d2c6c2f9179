"""The check `tests_present`: how many tests of the candidate's own assert something about the solution."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from grader.inspector.finding import Answer, Note
from grader.inspector.subject import Function, Subject, functions_in
from grader.inspector.tree import SourceFile

ENOUGH = 6
CASES = 3
_TEST_NAME = re.compile(r"test(?:_|[A-Z0-9]|$)")
_ASSERTING = ("assert", "expect", "verify", "check")


@dataclass(frozen=True, slots=True)
class OwnTest:
    """A test that the candidate wrote or changed: how many it counts for, none where it asserts nothing."""

    path: str
    line: int
    name: str
    counts: int
    is_asserting: bool


def _decorator_names(function: Function) -> set[str]:
    nodes = (node.func if isinstance(node, ast.Call) else node for node in function.decorator_list)
    names = {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in nodes}
    return {name for name in names if name}


def _is_test(function: Function) -> bool:
    return _TEST_NAME.match(function.name) is not None or bool(_decorator_names(function) & {"rule", "invariant"})


def _called_names(node: ast.AST) -> set[str]:
    calls = (child.func for child in ast.walk(node) if isinstance(child, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def _asserts(function: Function, helpers: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant):
            return True
    names = _called_names(function)
    return bool(names & (helpers | {"raises", "warns", "fail"})) or any(name.lower().lstrip("_").startswith(_ASSERTING) for name in names)


def _cases(function: Function) -> int:
    """Count a parametrised test's listed cases; a table of cases counts for up to `CASES` tests."""
    for node in function.decorator_list:
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "parametrize":
            continue
        tables = [argument for argument in node.args[1:] if isinstance(argument, ast.List | ast.Tuple)]
        count = len(tables[0].elts) if tables else 2
        return max(1, min(CASES, count))
    return CASES if "given" in _decorator_names(function) else 1


def _mentions(source: SourceFile, names: set[str]) -> bool:
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").partition(".")[0] in names):
            return True
        if isinstance(node, ast.Import) and any(a.name.partition(".")[0] in names for a in node.names):
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in names:
            return True
    return False


def own_tests(subject: Subject) -> list[OwnTest]:
    """Return the candidate's tests; a copy of another one, or of the starter's, is none."""
    modules = {part for path in subject.submission.own_paths() for part in path.removesuffix(".py").split("/")}
    names = modules | {"src"}
    found: list[OwnTest] = []
    seen: set[str] = set()
    candidates = [source for source in (*subject.tests, *subject.code) if _may_hold_tests(source)]
    for source in candidates:
        is_about_it = subject.inspection.kind != "library" or _mentions(source, names)
        assert source.tree is not None  # noqa: S101 - only parsed files come here
        functions = list(functions_in(source.tree))
        helpers = {f.name for _, f in functions if not _is_test(f) and _asserts(f, set())}
        for _, function in functions:
            if not _is_test(function) or subject.is_starters(function):
                continue
            body = "".join(ast.dump(statement) for statement in function.body)
            is_asserting = is_about_it and body not in seen and _asserts(function, helpers)
            seen.add(body)
            found.append(OwnTest(source.path, function.lineno, function.name, _cases(function), is_asserting))
    return found


def _may_hold_tests(source: SourceFile) -> bool:
    return b"test" in source.data or b"invariant" in source.data


def check_tests(subject: Subject) -> Answer:
    """Answer `tests_present`."""
    found = own_tests(subject)
    counted = sum(test.counts for test in found if test.is_asserting)
    empty = [test for test in found if not test.is_asserting]
    notes = tuple(Note(t.path, t.line, f"{t.name} asserts nothing new about the solution") for t in empty)
    message = f"{counted} test{'s' * (counted != 1)} of the candidate's own; {ENOUGH} earn everything."
    if empty:
        message += "".join(f"\n{note.path}:{note.line} {note.text}" for note in notes[:5])
    broken = [source for source in subject.broken if subject.is_test(source.path)]
    message += "".join(f"\n{source.path} {source.problem}; its tests do not count." for source in broken[:5])
    return Answer("tests_present", counted / ENOUGH, message, notes)
