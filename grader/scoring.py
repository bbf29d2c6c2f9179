"""From evidence to points: pure functions, so that a score sheet can be judged again without a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.challenge import Challenge, Check, Criterion, Limit
from grader.errors import ChallengeError
from grader.evidence import Evidence, MeasurementResult, TestResult
from grader.score_sheet import CheckRecord, CriterionRecord, FollowUp, Measurement
from grader.words import CheckOutcome, Level, MeasurementVerdict, Severity, Verdict

DOUBT = 1.1
"""Between the limit and this multiple of it, after an extended measurement, the doubt is the candidate's."""

STEP = 0.05
"""Parts of a measured check's points are given in these steps, so that noise does not move the total."""

_LEVELS = ((80.0, Level.SENIOR), (60.0, Level.MIDDLE), (40.0, Level.JUNIOR), (-math.inf, Level.BELOW))
_MOST_FOLLOW_UPS = 8


@dataclass(frozen=True, slots=True)
class Score:
    """What the evidence is worth."""

    criteria: tuple[CriterionRecord, ...]
    measurements: tuple[Measurement, ...]
    follow_ups: tuple[FollowUp, ...]
    verdict: Verdict
    total: float
    level: Level


def level_of(total: float) -> Level:
    """Return the interview guide's band of a total: senior 80 and over, middle 60, junior 40, else below."""
    return next(level for least, level in _LEVELS if total >= least)


def fraction_of(figure: float, limit: Limit, *, is_extended: bool = False) -> float:
    """Return which part (0 to 1, in steps) of the points a measured figure earns under a limit."""
    if figure <= limit.full_at * (DOUBT if is_extended else 1.0):
        return 1.0
    if figure >= limit.zero_at:
        return 0.0
    if limit.scale == "log":
        part = math.log(limit.zero_at / figure) / math.log(limit.zero_at / limit.full_at)
    else:
        part = (limit.zero_at - figure) / (limit.zero_at - limit.full_at)
    return min(1.0 - STEP, round(math.floor(part / STEP + 1e-9) * STEP, 4))


def judge(result: MeasurementResult, limit: Limit) -> tuple[Measurement, float]:
    """Hold a measurement against its limits; return it with the part of the points that it earns.

    What could not be concluded costs nothing: the doubt is the candidate's.
    """
    if not result.is_conclusive or result.ratio is None:
        verdict, fraction = MeasurementVerdict.INCONCLUSIVE, 1.0
    else:
        fraction = fraction_of(result.ratio, limit, is_extended="extended" in result.detail)
        verdict = MeasurementVerdict.REDUCED
        if fraction in {0.0, 1.0}:
            verdict = MeasurementVerdict.FULL if fraction else MeasurementVerdict.NONE
    figures = result.model_dump(exclude={"event", "is_conclusive", "unit"})
    measurement = Measurement(
        **figures, unit=limit.unit, full_at=limit.full_at, zero_at=limit.zero_at, verdict=verdict
    )
    return measurement, fraction


def score(challenge: Challenge, evidence: Evidence) -> Score:
    """Turn evidence into points, a verdict and a level. Raises `ChallengeError` on checks not in the manifest."""
    known = {check.id for check in challenge.checks}
    unknown = sorted({test.check for test in evidence.tests} - known)
    if unknown:
        raise ChallengeError(
            f"{challenge.folder / 'hidden'}: tests are marked with {', '.join(unknown)}; "
            f"expected checks of challenge.toml"
        )
    judged = _judge_all(challenge, evidence)
    criteria = tuple(
        _score_criterion(challenge, criterion, evidence, judged) for criterion in challenge.criteria
    )
    criteria = _withhold(criteria, evidence)
    total = round(sum(criterion.earned for criterion in criteria), 2)
    return Score(
        criteria=criteria,
        measurements=tuple(measurement for measurement, _ in judged.values()),
        follow_ups=_follow_ups(challenge, criteria),
        verdict=_verdict(criteria, evidence),
        total=total,
        level=level_of(total),
    )


def _judge_all(challenge: Challenge, evidence: Evidence) -> dict[str, tuple[Measurement, float]]:
    limits = {check.measurement.id: check.measurement for check in challenge.checks if check.measurement}
    return {
        result.id: judge(result, limits[result.id]) for result in evidence.measurements if result.id in limits
    }


def _score_criterion(
    challenge: Challenge,
    criterion: Criterion,
    evidence: Evidence,
    judged: dict[str, tuple[Measurement, float]],
) -> CriterionRecord:
    records = tuple(
        _score_check(challenge, check, evidence, judged) for check in challenge.checks_of(criterion.id)
    )
    earned = round(sum(record.earned for record in records), 2)
    if all(record.earned == record.points for record in records):
        earned = criterion.points  # thirds of points must not lose a hundredth
    return CriterionRecord(
        id=criterion.id,
        title=criterion.title.model_dump(),
        points=criterion.points,
        earned=earned,
        checks=records,
    )


def _score_check(
    challenge: Challenge,
    check: Check,
    evidence: Evidence,
    judged: dict[str, tuple[Measurement, float]],
) -> CheckRecord:
    tests = [test for test in evidence.tests if test.check == check.id]
    shown, fraction = _combine(tests, evidence)
    if check.measurement is not None and shown.outcome is CheckOutcome.PASSED:
        shown, fraction = _measured(check.measurement, shown, judged.get(check.measurement.id))
    points = round(challenge.check_points(check), 4)
    return CheckRecord(
        id=check.id,
        label=check.label.model_dump(),
        outcome=shown.outcome,
        points=points,
        earned=points if fraction == 1 else round(points * fraction, 2),
        message=shown.message,
        expected=shown.expected,
        actual=shown.actual,
        counterexample=shown.counterexample,
        log=shown.log,
        duration_s=round(sum(test.duration_s for test in tests), 4),
        is_gate=check.gate,
        measurement=check.measurement.id if check.measurement else None,
        notes=shown.notes,
        candidate_hint=check.hint.model_dump(),
    )


def _combine(tests: list[TestResult], evidence: Evidence) -> tuple[TestResult, float]:
    """Return the test to show for a check and the part of its points; without evidence a check has failed."""
    if not tests:
        reason = "it was not run"
        if evidence.build_failure is not None:
            reason = "it was not run: the submission could not be started"
        return TestResult(check="", outcome=CheckOutcome.NOT_RUN, message=reason), 0.0
    failed = [test for test in tests if test.outcome is not CheckOutcome.PASSED]
    shown = failed[0] if failed else tests[0]
    given = [test.fraction for test in tests if test.fraction is not None]
    if given:
        return shown, min(given)
    return shown, 0.0 if failed else 1.0


def _measured(
    limit: Limit, shown: TestResult, judged: tuple[Measurement, float] | None
) -> tuple[TestResult, float]:
    if judged is None:
        message = "the measurement was not made"
        return shown.model_copy(update={"outcome": CheckOutcome.NOT_RUN, "message": message}), 0.0
    measurement, fraction = judged
    if measurement.verdict is MeasurementVerdict.INCONCLUSIVE:
        return shown.model_copy(
            update={"message": "the machine was too noisy to conclude; nothing is taken off"}
        ), 1.0
    if fraction == 1:
        return shown, 1.0
    update = {
        "outcome": CheckOutcome.FAILED,
        "message": f"measured {measurement.ratio:.3g} {limit.unit}; "
        f"full points up to {limit.full_at:g}, none from {limit.zero_at:g}",
        "expected": f"at most {limit.full_at:g} {limit.unit}",
        "actual": f"{measurement.ratio:.3g} {limit.unit}",
    }
    return shown.model_copy(update=update), fraction


def _withhold(criteria: tuple[CriterionRecord, ...], evidence: Evidence) -> tuple[CriterionRecord, ...]:
    """Take the performance points of wrong answers, and every point of what could not be started."""
    if evidence.build_failure is not None:
        reason = "the submission could not be started"
        return tuple(_without_points(criterion, reason) for criterion in criteria)
    correctness = next(criterion for criterion in criteria if criterion.id == "correctness")
    if correctness.earned >= correctness.points / 2:
        return criteria
    reason = (
        f"performance counts only for right answers: {correctness.earned:g} of "
        f"{correctness.points:g} correctness points were earned, half are needed"
    )
    return tuple(
        _without_points(criterion, reason) if criterion.id == "performance" else criterion
        for criterion in criteria
    )


def _without_points(criterion: CriterionRecord, reason: str) -> CriterionRecord:
    checks = tuple(check.model_copy(update={"earned": 0.0}) for check in criterion.checks)
    return criterion.model_copy(update={"earned": 0.0, "withheld": reason, "checks": checks})


def _verdict(criteria: tuple[CriterionRecord, ...], evidence: Evidence) -> Verdict:
    """Say what is said as a whole; the quality criterion takes points, but never the acceptance."""
    judged = [check for criterion in criteria if criterion.id != "quality" for check in criterion.checks]
    correctness = next(criterion for criterion in criteria if criterion.id == "correctness")
    is_failed = [check.outcome is not CheckOutcome.PASSED for check in judged]
    if any(flag.severity is Severity.CRITICAL for flag in evidence.flags):
        return Verdict.UNSAFE
    if evidence.build_failure is not None:
        return Verdict.BUILD_FAILED
    if any(failed and check.is_gate for failed, check in zip(is_failed, judged, strict=True)):
        return Verdict.REJECTED
    if not any(is_failed):
        return Verdict.ACCEPTED
    return Verdict.PARTIAL if correctness.earned >= correctness.points / 2 else Verdict.REJECTED


def _follow_ups(challenge: Challenge, criteria: tuple[CriterionRecord, ...]) -> tuple[FollowUp, ...]:
    """Choose the questions: what failed first, by points lost; then what is worth most, to be explained."""
    records = [record for criterion in criteria if criterion.id != "quality" for record in criterion.checks]
    failed = [record for record in records if record.outcome is not CheckOutcome.PASSED]
    chosen = sorted(failed, key=lambda record: record.earned - record.points)[:_MOST_FOLLOW_UPS]
    if len(chosen) < 3:
        passed = [record for record in records if record.outcome is CheckOutcome.PASSED]
        chosen += sorted(passed, key=lambda record: -record.points)[: 3 - len(chosen)]
    questions = {check.id: check.follow_up.model_dump() for check in challenge.checks}
    return tuple(FollowUp(check=record.id, question=questions[record.id]) for record in chosen)
