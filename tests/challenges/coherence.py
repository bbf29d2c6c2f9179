"""What the parts of every challenge have in common: statements, marks, public tests, reference solutions."""

import ast
import logging
import os
import re
import subprocess
import sys
from pathlib import Path

from grader.words import Verdict
from sandbox.contract import Image
from sandbox.environments import Environments


def headings(text):
    """Return the levels of a statement's headings."""
    without_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [line.split(" ", 1)[0] for line in without_code.splitlines() if line.startswith("#")]


def code_blocks(text):
    """Return a statement's blocks of code."""
    return re.findall(r"```.*?```", text, flags=re.DOTALL)


def code_in_first_cells(text):
    """Return the code that rows of tables begin with."""
    return re.findall(r"^\| (`[^|]+`) \|", text, flags=re.MULTILINE)


def told_points(statement):
    """Return the points that a statement's table gives to each criterion."""
    rows = re.findall(r"^\| ([^|`]+) \| (\d+) \|", statement, flags=re.MULTILINE)
    return {name.strip().lower(): float(points) for name, points in rows}


def points(challenge, language):
    """Return the points that the manifest gives to each criterion."""
    titles = [getattr(criterion.title, language).lower() for criterion in challenge.criteria]
    return dict(zip(titles, [criterion.points for criterion in challenge.criteria], strict=True))


def wrongly_marked_tests(hidden: Path):
    """Return the hidden tests that have not exactly one mark of a check."""
    wrong = []
    for path in sorted(hidden.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [ast.unparse(decorator) for decorator in node.decorator_list]
                if sum(mark.startswith("pytest.mark.check(") for mark in marks) != 1:
                    wrong.append(f"{path.name}: {node.name}")
    return wrong


def measured_figures(hidden: Path):
    """Return the measurements that a suite makes."""
    text = (hidden / "test_speed.py").read_text(encoding="utf-8")
    return set(re.findall(r"\.(?:measure|compare|growth|least)\(\"(\w+)\"", text))


def unproven_checks(challenge, solutions):
    """Return the judged checks that no faulty reference solution must fail."""
    failed = {check for solution in solutions for check in solution.expectation.fails}
    return {check.id for check in challenge.checks if check.criterion != "quality"} - failed


def is_filed_rightly(solution):
    """Tell whether a solution's folder is its expected verdict, and says why it fails."""
    expected, is_accepted = solution.expectation, solution.kind == "accepted"
    names_a_failure = bool(expected.fails) or expected.verdict is Verdict.BUILD_FAILED
    has_verdict = (expected.verdict is Verdict.ACCEPTED) == is_accepted
    return has_verdict and names_a_failure != is_accepted and bool(expected.note or is_accepted)


def candidate_packages():
    """Return the folder of the packages that every submission finds."""
    environment = Environments().build(Image.CANDIDATE, logging.getLogger(__name__).info)
    [packages] = environment.glob("lib/python3*/site-packages")
    return packages


def run_public_tests(folder: Path, packages: Path):
    """Run the tests in a folder with a candidate's packages."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    surroundings = {**os.environ, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
