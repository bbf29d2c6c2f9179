"""Reference solutions are held against what is expected of them, difference by difference."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.catalogue import Catalogue, find_catalogue
from grader.challenge import Challenge
from grader.evidence import Evidence, MeasurementResult, TestResult
from grader.score_sheet import ScoreSheet
from grader.scoring import score
from grader.verification import Comparison, compare, strength
from grader.words import CheckOutcome, Verdict
from tests.grading.challenges import document, write_challenge
from tests.grading.sheets import sheet_of


@pytest.fixture
def loaded(tmp_path: Path) -> tuple[Catalogue, Challenge]:
    catalogue = find_catalogue(write_challenge(tmp_path, document()))
    return catalogue, catalogue.load("tiny")


def sheet(challenge: Challenge, *failing: str) -> ScoreSheet:
    tests = tuple(
        TestResult(check=item.id, outcome=CheckOutcome.FAILED if item.id in failing else CheckOutcome.PASSED)
        for item in challenge.checks
    )
    measured = MeasurementResult(id="ratio", unit="x", ratio=1.0)
    return sheet_of(challenge, score(challenge, Evidence(tests=tests, measurements=(measured,))))


def compared(loaded: tuple[Catalogue, Challenge], name: str, *failing: str) -> Comparison:
    catalogue, challenge = loaded
    solution = next(item for item in catalogue.solutions(challenge) if item.name == name)
    return compare(solution, sheet(challenge, *failing))


@pytest.mark.parametrize(
    ("name", "failing", "said"),
    [
        ("accepted/plain", (), ()),
        ("accepted/plain", ("lint",), ()),
        ("accepted/plain", ("order",), ("verdict partial", "order failed", "correctness 30 of 40")),
        ("wrong/broken", ("order",), ()),
        ("wrong/broken", (), ("verdict accepted", "order passed, expected to fail")),
        ("wrong/broken", ("order", "errors"), ("errors failed, expected to pass",)),
    ],
)
def test_every_difference_is_said(
    loaded: tuple[Catalogue, Challenge], name: str, failing: tuple[str, ...], said: tuple[str, ...]
) -> None:
    differences = compared(loaded, name, *failing).differences
    assert len(differences) == len(said)
    for found, expected in zip(differences, said, strict=True):
        assert expected in found


def test_strength_counts_checks_that_a_faulty_solution_proves(loaded: tuple[Catalogue, Challenge]) -> None:
    _, challenge = loaded
    good = compared(loaded, "wrong/broken", "order")
    flaky = compared(loaded, "wrong/broken")
    assert strength(challenge, [compared(loaded, "accepted/plain"), good]).caught == 1
    found = strength(challenge, [good, flaky])
    assert (found.caught, found.faulty, found.proven_checks, found.checks) == (0, 1, 1, 5)
    assert found.unproven == ("answers", "errors", "imports", "speed")


def test_a_build_failure_is_judged_by_its_verdict_alone(loaded: tuple[Catalogue, Challenge]) -> None:
    catalogue, challenge = loaded
    solution = catalogue.solutions(challenge)[1]
    failed = sheet(challenge).model_copy(update={"verdict": Verdict.BUILD_FAILED})
    assert compare(solution, failed).differences == ("verdict build_failed, expected partial",)
