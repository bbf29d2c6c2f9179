"""The url_shortener challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import json
import re
import shutil
import tomllib

import pytest

from grader.catalogue import FAILING_KINDS, find_catalogue
from tests.challenges import coherence

CATALOGUE = find_catalogue()
CHALLENGE = CATALOGUE.load("url_shortener")
SOLUTIONS = CATALOGUE.solutions(CHALLENGE)
ACCEPTED = [solution for solution in SOLUTIONS if solution.kind == "accepted"]
FAILING = [solution for solution in SOLUTIONS if solution.kind in FAILING_KINDS]
STATEMENTS = {language: CHALLENGE.statement(language) for language in ("en", "ru")}
WITHOUT_DATABASE = [
    solution
    for solution in ACCEPTED
    if not any("DATABASE_URL" in path.read_text("utf-8") for path in solution.folder.rglob("*.py"))
]
HIDDEN = CHALLENGE.folder / "hidden"


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


@pytest.mark.parametrize("solution", WITHOUT_DATABASE, ids=name_of)
def test_public_and_own_tests_pass_on_a_right_solution(workplace, surroundings, solution):
    (workplace / "app.py").unlink()
    shutil.copytree(solution.folder, workplace, dirs_exist_ok=True)
    result = coherence.run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout


def test_some_right_solutions_run_here():
    assert len(WITHOUT_DATABASE) >= 2


def test_every_public_test_fails_on_the_skeleton(workplace, surroundings):
    result = coherence.run_public_tests(workplace, surroundings)
    assert result.returncode == 1, result.stdout
    assert " passed" not in result.stdout.splitlines()[-1]


@pytest.mark.parametrize("solution", SOLUTIONS, ids=name_of)
def test_a_solution_is_started_by_its_own_or_the_default_command(solution):
    written = solution.folder / "submission.toml"
    if written.exists():
        assert tomllib.loads(written.read_text("utf-8"))["run"]["command"]
    else:
        assert (solution.folder / "app.py").is_file()


def test_there_are_enough_reference_solutions():
    assert len(ACCEPTED) >= 5
    assert len(FAILING) >= 16 + 3
    assert sum(solution.kind == "slow" for solution in FAILING) >= 3


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            r"up to ([\d.]+) times the plain .* up to ([\d.]+) times your own .* at (\d+) times and at (\d+)",
        ),
        ("ru", r"до ([\d,]+) времени простого .* до ([\d,]+) вашего .* на (\d+)-кратном и (\d+)-кратном"),
    ],
)
def test_the_statement_tells_the_limits_of_performance(language, words):
    told = re.search(words, " ".join(STATEMENTS[language].split()))
    limits = {check.id: check.measurement for check in CHALLENGE.checks if check.measurement}
    cost, growth = limits["redirect_cost"], limits["redirect_growth_clicks"]
    assert [float(number.replace(",", ".")) for number in told.groups()] == [
        cost.full_at,
        growth.full_at,
        cost.zero_at,
        growth.zero_at,
    ]
    assert (limits["create_cost"].full_at, limits["create_cost"].zero_at) == (cost.full_at, cost.zero_at)


@pytest.mark.parametrize("language", STATEMENTS)
def test_the_examples_of_the_statement_have_the_fields_that_are_checked(language):
    [example] = [block for block in coherence.code_blocks(STATEMENTS[language]) if "curl" in block]
    shown = " ".join(line.removeprefix("#").strip() for line in example.splitlines() if line.startswith("#"))
    created, statistics = (json.loads(text) for text in re.findall(r"\{.*?\}", shown))
    table = [
        set(re.findall(r"\"(\w+)\"", fields))
        for fields in re.findall(r"`(\{\"code\".*?\})`", STATEMENTS[language])
    ]
    assert [set(created), set(statistics)] == table
    assert created["short_url"].endswith("/" + created["code"])
