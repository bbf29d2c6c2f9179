"""A library that takes what JSON cannot hold is served through an adapter, with a database of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.catalogue import find_catalogue
from grader.challenge import Challenge
from grader.score_sheet import ScoreSheet
from grader.verification import compare
from sandbox import Engine
from tests.grading.whole import grade_folder

CATALOGUE = find_catalogue(Path(__file__).parent / "ledger" / "challenges")
LEDGER = CATALOGUE.load("ledger")
pytestmark = pytest.mark.engine


def grade_ledger(folder: Path, engine: Engine, challenge: Challenge = LEDGER) -> ScoreSheet:
    return grade_folder(folder, CATALOGUE, challenge, engine)


def test_libraries_over_a_database_are_judged_as_expected_of_them(engine: Engine) -> None:
    for solution in CATALOGUE.solutions(LEDGER):
        assert compare(solution, grade_ledger(solution.folder, engine)).differences == ()


def test_a_part_that_the_inspector_alone_answers_is_examined_too(engine: Engine) -> None:
    accepted, _ = CATALOGUE.solutions(LEDGER)
    sheet = grade_ledger(accepted.folder, engine, LEDGER.only(["lint"]))
    assert [check.id for criterion in sheet.criteria for check in criterion.checks] == ["lint"]


def test_a_part_of_the_checks_is_all_that_is_run(engine: Engine) -> None:
    part = LEDGER.only(["refuses"])
    accepted, wrong = CATALOGUE.solutions(LEDGER)
    for solution, outcome in ((accepted, "passed"), (wrong, "failed")):
        sheet = grade_ledger(solution.folder, engine, part)
        checks = {check.id: check.outcome.value for criterion in sheet.criteria for check in criterion.checks}
        assert checks == {"refuses": outcome}
