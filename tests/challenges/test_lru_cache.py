"""The lru_cache challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.catalogue import FAILING_KINDS, find_catalogue
from grader.words import Verdict

CATALOGUE = find_catalogue()
CHALLENGE = CATALOGUE.load("lru_cache")
SOLUTIONS = CATALOGUE.solutions(CHALLENGE)
ACCEPTED = [solution for solution in SOLUTIONS if solution.kind == "accepted"]
FAILING = [solution for solution in SOLUTIONS if solution.kind in FAILING_KINDS]
STATEMENTS = {language: CHALLENGE.statement(language) for language in ("en", "ru")}


def name_of(solution):
    return solution.name


def run_public_tests(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def workplace(tmp_path):
    shutil.copytree(CHALLENGE.folder / "starter", tmp_path / "work")
    return tmp_path / "work"


@pytest.mark.parametrize("solution", ACCEPTED, ids=name_of)
def test_public_and_own_tests_pass_on_a_right_solution(workplace, solution):
    (workplace / "solution.py").unlink()
    shutil.copytree(solution.folder, workplace, dirs_exist_ok=True)
    result = run_public_tests(workplace)
    assert result.returncode == 0, result.stdout


def test_every_public_test_fails_on_the_skeleton(workplace):
    result = run_public_tests(workplace)
    assert result.returncode == 1, result.stdout
    assert " passed" not in result.stdout.splitlines()[-1]


@pytest.mark.parametrize("solution", SOLUTIONS, ids=name_of)
def test_the_folder_is_the_expected_verdict(solution):
    expected = solution.expectation
    assert (expected.verdict is Verdict.ACCEPTED) == (solution.kind == "accepted")
    assert (expected.verdict is Verdict.UNSAFE) == (solution.kind == "unsafe")
    names_a_failure = bool(expected.fails) or expected.verdict is Verdict.BUILD_FAILED
    assert names_a_failure == (solution.kind != "accepted")
    assert expected.note or solution.kind == "accepted"


def test_there_are_enough_reference_solutions():
    assert len(ACCEPTED) >= 5
    assert len(FAILING) >= 16


def test_every_judged_check_is_failed_by_a_reference_solution():
    failed = {check for solution in FAILING for check in solution.expectation.fails}
    judged = {check.id for check in CHALLENGE.checks if check.criterion != "quality"}
    assert judged - failed == set()


def test_the_suite_has_a_test_for_every_check_and_none_for_others():
    marked = set()
    for path in (CHALLENGE.folder / "hidden").glob("test_*.py"):
        marked |= set(re.findall(r"mark\.check\(\"(\w+)\"\)", path.read_text(encoding="utf-8")))
    assert marked == {check.id for check in CHALLENGE.checks if check.by == "suite"}


def test_every_hidden_test_is_marked():
    unmarked = []
    for path in sorted((CHALLENGE.folder / "hidden").glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                marks = [ast.unparse(decorator) for decorator in node.decorator_list]
                if sum(mark.startswith("pytest.mark.check(") for mark in marks) != 1:
                    unmarked.append(f"{path.name}: {node.name}")
    assert unmarked == []


def test_measurements_of_the_suite_are_those_of_the_manifest():
    text = (CHALLENGE.folder / "hidden" / "test_speed.py").read_text(encoding="utf-8")
    measured = set(re.findall(r"\.(?:measure|compare)\(\"(\w+)\"", text))
    assert measured == {check.measurement.id for check in CHALLENGE.checks if check.measurement}


def headings(text):
    without_code = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [line.split(" ", 1)[0] for line in without_code.splitlines() if line.startswith("#")]


def code_blocks(text):
    return re.findall(r"```.*?```", text, flags=re.DOTALL)


def code_in_first_cells(text):
    return re.findall(r"^\| (`[^`]+`)", text, flags=re.MULTILINE)


@pytest.mark.parametrize("part", [headings, code_blocks, code_in_first_cells], ids=lambda part: part.__name__)
def test_the_statements_of_both_languages_have_the_same_shape(part):
    assert part(STATEMENTS["en"]) == part(STATEMENTS["ru"])
    assert len(part(STATEMENTS["en"])) > 3


@pytest.mark.parametrize("language", STATEMENTS)
def test_the_statement_tells_the_points_of_each_criterion(language):
    rows = re.findall(r"^\| ([^|`]+) \| (\d+) \|", STATEMENTS[language], flags=re.MULTILINE)
    told = {name.strip().lower(): float(points) for name, points in rows}
    titles = [getattr(criterion.title, language).lower() for criterion in CHALLENGE.criteria]
    assert told == dict(zip(titles, [criterion.points for criterion in CHALLENGE.criteria], strict=True))


@pytest.mark.parametrize("language", STATEMENTS)
@pytest.mark.parametrize("solution", ACCEPTED[:1], ids=name_of)
def test_the_examples_of_the_statement_are_right(workplace, language, solution):
    shutil.copytree(solution.folder, workplace, dirs_exist_ok=True)
    checks = []
    for block in code_blocks(STATEMENTS[language]):
        if block.startswith("```python"):
            checks += [checked(line) for line in block.splitlines()[1:-1]]
    script = "from solution import LRUCache\n" + "\n".join(checks)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=workplace, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert sum(line.startswith(("assert", "try")) for line in checks) > 6


def checked(line: str) -> str:
    """Return a line of an example as code that holds what its comment says."""
    code, _, comment = (part.strip() for part in line.partition("#"))
    if comment.endswith("Error"):
        return f"try:\n    {code}\nexcept {comment}:\n    pass\nelse:\n    raise AssertionError({code!r})"
    value = re.match(r"(None|\d+|\[.*\]|\{.*\}|b\".*\")", comment)
    return f"assert {code} == {value[0]}, {code!r}" if value and not code.startswith("cache.put") else code
