"""Compares what reference solutions got with what is expected of them; pure, so that it is easily tested."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.catalogue import ReferenceSolution
from grader.challenge import Challenge
from grader.score_sheet import CheckRecord, ScoreSheet
from grader.words import CheckOutcome, Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """One reference solution's sheet and every way in which it differs from what is expected."""

    solution: ReferenceSolution
    sheet: ScoreSheet
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strength:
    """What the suite is known to catch: checks that some faulty solution fails, faulty solutions caught."""

    checks: int
    proven_checks: int
    unproven: tuple[str, ...]
    faulty: int
    caught: int


def compare(solution: ReferenceSolution, sheet: ScoreSheet, *, is_partial: bool = False) -> Comparison:
    """Hold a sheet against `expected.toml`; of a part of the checks neither verdict nor flags are looked at."""
    expected = solution.expectation
    failed = {check.id for check in _judged(sheet) if check.outcome is not CheckOutcome.PASSED}
    differences = []
    if not is_partial and sheet.verdict is not expected.verdict:
        differences.append(f"verdict {sheet.verdict.value}, expected {expected.verdict.value}")
    for check in expected.fails:
        if check not in failed and sheet.verdict is not Verdict.BUILD_FAILED:
            differences.append(f"{check} passed, expected to fail")
    for check in sorted(failed - {*expected.fails, *expected.also_may_fail}):
        if sheet.verdict is not Verdict.BUILD_FAILED:
            differences.append(f"{check} failed, expected to pass")
    missing = sorted(set(() if is_partial else expected.flags) - {flag.id for flag in sheet.flags})
    differences += [f"flag {flag} was not raised" for flag in missing]
    if solution.kind == "accepted":
        differences += _lost_points(sheet)
    return Comparison(solution, sheet, tuple(differences))


def strength(challenge: Challenge, comparisons: Iterable[Comparison]) -> Strength:
    """Say how much of the suite is proven by faulty solutions."""
    faulty = [item for item in comparisons if item.solution.kind != "accepted"]
    names = {item.solution.name for item in faulty}
    proven = {check for item in faulty for check in item.solution.expectation.fails}
    judged = [check.id for check in challenge.checks if check.criterion != "quality"]
    return Strength(
        checks=len(judged),
        proven_checks=sum(check in proven for check in judged),
        unproven=tuple(check for check in judged if check not in proven),
        faulty=len(names),
        caught=len(names - {item.solution.name for item in faulty if item.differences}),
    )


def _judged(sheet: ScoreSheet) -> list[CheckRecord]:
    return [check for criterion in sheet.criteria if criterion.id != "quality" for check in criterion.checks]


def _lost_points(sheet: ScoreSheet) -> list[str]:
    return [
        f"{criterion.id} {criterion.earned:g} of {criterion.points:g}"
        for criterion in sheet.criteria
        if criterion.id != "quality" and criterion.earned != criterion.points
    ]
