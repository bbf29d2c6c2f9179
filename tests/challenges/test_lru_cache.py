"""The lru_cache challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import re
import shutil
import subprocess
import sys

import pytest

from grader.catalogue import FAILING_KINDS, find_catalogue
from tests.challenges import coherence

CATALOGUE = find_catalogue()
CHALLENGE = CATALOGUE.load("lru_cache")
SOLUTIONS = CATALOGUE.solutions(CHALLENGE)
ACCEPTED = [solution for solution in SOLUTIONS if solution.kind == "accepted"]
FAILING = [solution for solution in SOLUTIONS if solution.kind in FAILING_KINDS]
STATEMENTS = {language: CHALLENGE.statement(language) for language in ("en", "ru")}


def name_of(solution):
    return solution.name


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory):
    """The environment of a candidate's machine."""
    return coherence.candidate_surroundings(tmp_path_factory.mktemp("programs"))


@pytest.fixture
def workplace(tmp_path):
    shutil.copytree(CHALLENGE.folder / "starter", tmp_path / "work")
    return tmp_path / "work"


@pytest.mark.parametrize("solution", ACCEPTED, ids=name_of)
def test_public_and_own_tests_pass_on_a_right_solution(workplace, surroundings, solution):
    (workplace / "solution.py").unlink()
    shutil.copytree(solution.folder, workplace, dirs_exist_ok=True)
    result = coherence.run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout


def test_every_public_test_fails_on_the_skeleton(workplace, surroundings):
    result = coherence.run_public_tests(workplace, surroundings)
    assert result.returncode == 1, result.stdout
    assert " passed" not in result.stdout.splitlines()[-1]


def test_there_are_enough_reference_solutions():
    assert len(ACCEPTED) >= 5
    assert len(FAILING) >= 16


@pytest.mark.parametrize("language", STATEMENTS)
@pytest.mark.parametrize("solution", ACCEPTED[:1], ids=name_of)
def test_the_examples_of_the_statement_are_right(workplace, language, solution):
    shutil.copytree(solution.folder, workplace, dirs_exist_ok=True)
    checks = []
    for block in coherence.code_blocks(STATEMENTS[language]):
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
