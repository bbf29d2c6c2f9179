"""The url_shortener challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from grader.catalogue import FAILING_KINDS, find_catalogue, marked_checks
from grader.words import Verdict
from tests.challenges.shapes import (
    code_blocks,
    code_in_first_cells,
    headings,
    points_told,
    surroundings_of_candidates,
    titles_and_points,
    unmarked_tests,
)

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
    return surroundings_of_candidates(tmp_path_factory.mktemp("programs"))


@pytest.fixture
def workplace(tmp_path):
    shutil.copytree(CHALLENGE.folder / "starter", tmp_path / "work")
    return tmp_path / "work"


def run_public_tests(folder: Path, surroundings) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("solution", WITHOUT_DATABASE, ids=name_of)
def test_public_and_own_tests_pass_on_a_right_solution(workplace, surroundings, solution):
    (workplace / "app.py").unlink()
    shutil.copytree(solution.folder, workplace, dirs_exist_ok=True)
    result = run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout


def test_some_right_solutions_run_here():
    assert len(WITHOUT_DATABASE) >= 2


def test_every_public_test_fails_on_the_skeleton(workplace, surroundings):
    result = run_public_tests(workplace, surroundings)
    assert result.returncode == 1, result.stdout
    assert " passed" not in result.stdout.splitlines()[-1]


@pytest.mark.parametrize("solution", SOLUTIONS, ids=name_of)
def test_the_folder_is_the_expected_verdict(solution):
    expected = solution.expectation
    assert (expected.verdict is Verdict.ACCEPTED) == (solution.kind == "accepted")
    assert bool(expected.fails) == (solution.kind != "accepted")
    assert expected.note or solution.kind == "accepted"


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


def test_every_judged_check_is_failed_by_a_reference_solution():
    failed = {check for solution in FAILING for check in solution.expectation.fails}
    judged = {check.id for check in CHALLENGE.checks if check.criterion != "quality"}
    assert judged - failed == set()


def test_the_suite_has_a_test_for_every_check_and_none_for_others():
    assert marked_checks(HIDDEN) == {check.id for check in CHALLENGE.checks if check.by == "suite"}


def test_every_hidden_test_is_marked():
    assert unmarked_tests(HIDDEN) == []


def test_measurements_of_the_suite_are_those_of_the_manifest():
    text = (HIDDEN / "test_speed.py").read_text(encoding="utf-8")
    measured = set(re.findall(r"load\.(?:growth|compare)\(\"(\w+)\"", text))
    assert measured == {check.measurement.id for check in CHALLENGE.checks if check.measurement}


def test_the_users_of_the_load_are_those_that_the_suite_names():
    named = set(re.findall(r"\"([A-Z]\w+)\"", (HIDDEN / "test_speed.py").read_text(encoding="utf-8")))
    tree = ast.parse((HIDDEN / "locustfile.py").read_text(encoding="utf-8"))
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    assert named
    assert named <= classes


@pytest.mark.parametrize("part", [headings, code_blocks, code_in_first_cells], ids=lambda part: part.__name__)
def test_the_statements_of_both_languages_have_the_same_shape(part):
    assert part(STATEMENTS["en"]) == part(STATEMENTS["ru"])
    assert len(part(STATEMENTS["en"])) > 2


@pytest.mark.parametrize("language", STATEMENTS)
def test_the_statement_tells_the_points_of_each_criterion(language):
    assert points_told(STATEMENTS[language]) == titles_and_points(CHALLENGE, language)


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
    [example] = [block for block in code_blocks(STATEMENTS[language]) if "curl" in block]
    shown = " ".join(line.removeprefix("#").strip() for line in example.splitlines() if line.startswith("#"))
    created, statistics = (json.loads(text) for text in re.findall(r"\{.*?\}", shown))
    table = [
        set(re.findall(r"\"(\w+)\"", fields))
        for fields in re.findall(r"`(\{\"code\".*?\})`", STATEMENTS[language])
    ]
    assert [set(created), set(statistics)] == table
    assert created["short_url"].endswith("/" + created["code"])
