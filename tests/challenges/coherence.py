"""What the parts of every challenge have in common: statements, marks, public tests, reference solutions."""

from __future__ import annotations

import ast
import logging
import os
import re
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from grader.catalogue import FAILING_KINDS, ReferenceSolution
from grader.challenge import Challenge
from grader.words import Verdict
from sandbox.contract import Image
from sandbox.environments import Environments


def headings(text: str) -> list[str]:
    """Return the levels of a statement's headings."""
    without_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [line.split(" ", 1)[0] for line in without_code.splitlines() if line.startswith("#")]


def code_blocks(text: str) -> list[str]:
    """Return a statement's blocks of code."""
    return re.findall(r"```.*?```", text, flags=re.DOTALL)


def code_in_first_cells(text: str) -> list[str]:
    """Return the code that rows of tables begin with."""
    return re.findall(r"^\| (`[^|]+`) \|", text, flags=re.MULTILINE)


def told_points(statement: str) -> dict[str, float]:
    """Return the points that a statement's table gives to each criterion."""
    rows = re.findall(r"^\| ([^|`]+) \| (\d+) \|", statement, flags=re.MULTILINE)
    return {name.strip().lower(): float(points) for name, points in rows}


def points_by_title(challenge: Challenge, language: str) -> dict[str, float]:
    """Return the points that the manifest gives to each criterion, by its title."""
    return {getattr(criterion.title, language).lower(): criterion.points for criterion in challenge.criteria}


def wrongly_marked_tests(hidden: Path) -> list[str]:
    """Return the hidden tests that have not exactly one mark of a check."""
    wrong = []
    for path in sorted(hidden.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [ast.unparse(decorator) for decorator in node.decorator_list]
                if sum(mark.startswith("pytest.mark.check(") for mark in marks) != 1:
                    wrong.append(f"{path.name}: {node.name}")
    return wrong


def measured_figures(hidden: Path) -> set[str]:
    """Return the measurements that a suite makes."""
    texts = [path.read_text(encoding="utf-8") for path in hidden.glob("test_*.py")]
    pattern = r"\.(?:measure|compare|growth|least)\(\s*\"(\w+)\""
    return {name for text in texts for name in re.findall(pattern, text)}


def absent_users(hidden: Path) -> set[str]:
    """Return the users of the load that a suite names and the locustfile does not have."""
    texts = [path.read_text(encoding="utf-8") for path in hidden.glob("test_*.py")]
    calls = [call for text in texts for call in re.findall(r"load\.(?:compare|growth)\(([^)]*)\)", text)]
    named = {name for call in calls for name in re.findall(r"\"([A-Z]\w+)\"", call)}
    assert named, "the suite puts no load on anything"
    tree = ast.parse((hidden / "locustfile.py").read_text(encoding="utf-8"))
    return named - {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def unproven_checks(challenge: Challenge, solutions: list[ReferenceSolution]) -> set[str]:
    """Return the judged checks that no faulty reference solution must fail."""
    faulty = [solution for solution in solutions if solution.kind in FAILING_KINDS]
    failed = {check for solution in faulty for check in solution.expectation.fails}
    return {check.id for check in challenge.checks if check.criterion != "quality"} - failed


def is_filed_rightly(solution: ReferenceSolution) -> bool:
    """Tell whether a solution's folder is its expected verdict, and says why it fails."""
    expected, is_accepted = solution.expectation, solution.kind == "accepted"
    names_a_failure = bool(expected.fails) or expected.verdict is Verdict.BUILD_FAILED
    return (
        (expected.verdict is Verdict.ACCEPTED) == is_accepted
        and (expected.verdict is Verdict.UNSAFE) == (solution.kind == "unsafe")
        and names_a_failure != is_accepted
        and bool(expected.note or is_accepted)
    )


def candidate_surroundings(programs: Path) -> dict[str, str]:
    """Return the environment of a candidate's machine: the provided packages, and programs that find them."""
    environment = Environments().build(Image.CANDIDATE, logging.getLogger(__name__).info)
    [packages] = environment.glob("lib/python3*/site-packages")
    for name, arguments in (("uvicorn", "-m uvicorn"), ("gunicorn", "-m gunicorn"), ("python", "")):
        script = programs / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}


def run_public_tests(
    folder: Path, surroundings: Mapping[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run the tests in a folder as a candidate would."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, "tests"]
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
