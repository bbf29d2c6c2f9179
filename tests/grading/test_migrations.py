"""Databases that are filled before a server starts, and a submission's SQL file that is run in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.catalogue import find_catalogue
from grader.score_sheet import ScoreSheet
from grader.verification import compare
from grader.words import Verdict
from sandbox import Engine
from tests.grading.whole import grade_folder

SHELF = Path(__file__).parent / "shelf"
PLAIN = SHELF / "reference_solutions" / "shelf" / "accepted" / "plain"
CATALOGUE = find_catalogue(SHELF / "challenges")
LOOKS_AROUND = r"""
\! ls -A /files/submission /data /files/suite > /tmp/seen 2>&1; env >> /tmp/seen
\! cat /tmp/seen >&2
SELECT 1 / 0;
"""
pytestmark = pytest.mark.engine


def grade_shelf(folder: Path, engine: Engine) -> ScoreSheet:
    return grade_folder(folder, CATALOGUE, CATALOGUE.load("shelf"), engine)


def grade_with(sql: str, folder: Path, engine: Engine) -> ScoreSheet:
    shutil.copyfile(PLAIN / "app.py", folder / "app.py")
    (folder / "changes.sql").write_text(sql, encoding="utf-8")
    return grade_shelf(folder, engine)


def test_servers_start_over_what_the_suite_and_their_own_file_made(engine: Engine) -> None:
    for solution in CATALOGUE.solutions(CATALOGUE.load("shelf")):
        compared = compare(solution, grade_shelf(solution.folder, engine))
        assert compared.differences == (), compared.sheet


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT 1;\nCREATE INDEX by_title ON shelves (title);", 'relation "shelves" does not exist'),
        ("SELECT pg_read_file('/etc/passwd');", "permission denied"),
        ("SELECT pg_sleep(60);", "changes.sql did not end in time"),
    ],
)
def test_a_file_that_fails_is_a_build_failure_in_one_line(
    engine: Engine, tmp_path: Path, sql: str, said: str
) -> None:
    sheet = grade_with(sql, tmp_path, engine)
    assert (sheet.verdict, sheet.total) == (Verdict.BUILD_FAILED, 0)
    assert said in sheet.summary
    assert "\n" not in sheet.summary


def test_programs_that_the_file_runs_find_nothing_of_ours(engine: Engine, tmp_path: Path) -> None:
    sheet = grade_with(LOOKS_AROUND, tmp_path, engine)
    assert sheet.verdict is Verdict.BUILD_FAILED
    assert "changes.sql" in sheet.output
    assert "candidate:" in sheet.output
    assert "examiner:" not in sheet.output
    assert "test_shelf" not in sheet.output


def test_a_file_that_changes_what_the_suite_filled_is_seen(engine: Engine, tmp_path: Path) -> None:
    sheet = grade_with("CREATE INDEX by_title ON books (title); DELETE FROM books;", tmp_path, engine)
    outcomes = {check.id: check.outcome.value for each in sheet.criteria for check in each.checks}
    assert outcomes == outcomes | {"lists": "failed", "migrated": "passed", "cost": "failed"}
