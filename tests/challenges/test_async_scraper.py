"""The async_scraper challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import re
import shutil

import pytest

from grader.catalogue import FAILING_KINDS, find_catalogue
from tests.challenges import coherence

CATALOGUE = find_catalogue()
CHALLENGE = CATALOGUE.load("async_scraper")
SOLUTIONS = CATALOGUE.solutions(CHALLENGE)
ACCEPTED = [solution for solution in SOLUTIONS if solution.kind == "accepted"]
FAILING = [solution for solution in SOLUTIONS if solution.kind in FAILING_KINDS]
STATEMENTS = {language: CHALLENGE.statement(language) for language in ("en", "ru")}
HIDDEN = CHALLENGE.folder / "hidden"
SHAPES = (coherence.headings, coherence.code_blocks, coherence.code_in_first_cells)


def name_of(thing):
    return thing.name


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
    assert len(FAILING) >= 14
    assert sum(solution.kind == "slow" for solution in FAILING) >= 3


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", r"all its points up to ([\d.]+) times .*? none from (\d+) times"),
        ("ru", r"все баллы до ([\d,]+) .*? ни одного от (\d+)-кратного"),
    ],
)
def test_the_statement_tells_the_limits_of_performance(language, words):
    told = re.findall(words, " ".join(STATEMENTS[language].split()))
    limits = {check.id: check.measurement for check in CHALLENGE.checks if check.measurement}
    wanted = [(limits[name].full_at, limits[name].zero_at) for name in ("makespan", "scrape_cost")]
    assert [(float(full.replace(",", ".")), float(zero)) for full, zero in told] == wanted
