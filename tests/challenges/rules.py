"""What holds for every challenge: rules over its manifest, suite, statements and reference solutions."""

from __future__ import annotations

import ast
import re

from grader.catalogue import FAILING_KINDS
from grader.words import Verdict


def judged_checks(challenge):
    """Return the ids of the checks outside the quality criterion."""
    return {check.id for check in challenge.checks if check.criterion != "quality"}


def checks_without_a_failure(challenge, solutions):
    """Return the checks that no faulty solution is said to fail."""
    failing = [solution for solution in solutions if solution.kind in FAILING_KINDS]
    return judged_checks(challenge) - {check for each in failing for check in each.expectation.fails}


def is_where_its_verdict_belongs(solution):
    """Tell whether a solution's folder agrees with its expectation, and a faulty one says what its fault is."""
    expected, is_accepted = solution.expectation, solution.kind == "accepted"
    agrees = (expected.verdict is Verdict.ACCEPTED) == is_accepted
    return agrees and bool(expected.fails) != is_accepted and (is_accepted or bool(expected.note))


def unmarked_tests(hidden):
    """Return the tests of a hidden suite that have not exactly one mark with their check."""
    found = []
    for path in sorted(hidden.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [ast.unparse(decorator) for decorator in node.decorator_list]
                if sum(mark.startswith("pytest.mark.check(") for mark in marks) != 1:
                    found.append(f"{path.name}: {node.name}")
    return found


def headings(text):
    """Return the levels of a text's headings, in order."""
    without_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [line.split(" ", 1)[0] for line in without_code.splitlines() if line.startswith("#")]


def code_blocks(text):
    """Return a text's blocks of code."""
    return re.findall(r"```.*?```", text, flags=re.DOTALL)


def code_in_first_cells(text):
    """Return the first cells of a text's tables that begin with code."""
    return re.findall(r"^\| (`[^|]+`) \|", text, flags=re.MULTILINE)


def told_points(statement):
    """Return the points that a statement's table tells, by the criterion's name in lower case."""
    rows = re.findall(r"^\| ([^|`]+) \| (\d+) \|", statement, flags=re.MULTILINE)
    return {name.strip().lower(): float(points) for name, points in rows}
