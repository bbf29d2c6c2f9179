"""What tests of challenges look at: the shape of statements, marks of hidden tests, a candidate's machine."""

from __future__ import annotations

import ast
import logging
import os
import re
import stat
import sys
from pathlib import Path

from grader.challenge import Challenge
from sandbox.contract import Image
from sandbox.environments import Environments


def unmarked_tests(suite: Path) -> list[str]:
    """Return the tests of a suite that do not have exactly one mark of a check."""
    unmarked = []
    for path in sorted(suite.glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [ast.unparse(decorator) for decorator in node.decorator_list]
                if sum(mark.startswith("pytest.mark.check(") for mark in marks) != 1:
                    unmarked.append(f"{path.name}: {node.name}")
    return unmarked


def headings(text: str) -> list[str]:
    """Return the levels of a statement's headings."""
    without_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [line.split(" ", 1)[0] for line in without_code.splitlines() if line.startswith("#")]


def code_blocks(text: str) -> list[str]:
    """Return a statement's blocks of code."""
    return re.findall(r"```.*?```", text, flags=re.DOTALL)


def code_in_first_cells(text: str) -> list[str]:
    """Return the code in the first column of a statement's tables."""
    return re.findall(r"^\| (`[^|]+`) \|", text, flags=re.MULTILINE)


def points_told(statement: str) -> dict[str, float]:
    """Return the points of each criterion that a statement tells."""
    rows = re.findall(r"^\| ([^|`]+) \| (\d+) \|", statement, flags=re.MULTILINE)
    return {name.strip().lower(): float(points) for name, points in rows}


def titles_and_points(challenge: Challenge, language: str) -> dict[str, float]:
    """Return the points of each criterion by its title."""
    return {getattr(criterion.title, language).lower(): criterion.points for criterion in challenge.criteria}


def surroundings_of_candidates(programs: Path) -> dict[str, str]:
    """Return the environment of a candidate's machine: the provided packages, and programs that find them."""
    environment = Environments().build(Image.CANDIDATE, logging.getLogger(__name__).info)
    [packages] = environment.glob("lib/python3*/site-packages")
    for name, arguments in (("uvicorn", "-m uvicorn"), ("gunicorn", "-m gunicorn"), ("python", "")):
        script = programs / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
