"""What evidence is worth: points, verdicts, levels, and in doubt for the candidate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.challenge import Limit
from grader.errors import ChallengeError
from grader.evidence import BuildFailed, Evidence, FlagRaised, MeasurementResult, TestResult
from grader.scoring import Score, fraction_of, level_of, score
from grader.words import CheckOutcome, Level, MeasurementVerdict, Severity, Verdict
from tests.grading.challenges import CHECKS, challenge

CHALLENGE = challenge()
ALL = tuple(item["id"] for item in CHECKS)
LIMIT = Limit(id="ratio", unit="x", full_at=2.0, zero_at=8.0, scale="log")


def passed(*names: str) -> tuple[TestResult, ...]:
    return tuple(TestResult(check=name, outcome=CheckOutcome.PASSED) for name in names)


def ratio(value: float | None, **more: object) -> MeasurementResult:
    return MeasurementResult.model_validate({"id": "ratio", "unit": "x", "ratio": value, **more})


def score_of(*tests: TestResult, measured: MeasurementResult | None = None, **more: object) -> Score:
    measurements = (measured or ratio(1.0),)
    return score(CHALLENGE, Evidence.model_validate({"tests": tests, "measurements": measurements, **more}))


def without(name: str) -> tuple[TestResult, ...]:
    return passed(*(other for other in ALL if other != name))


def test_everything_passed_earns_every_point_and_is_accepted() -> None:
    result = score_of(*passed(*ALL))
    assert (result.total, result.verdict, result.level) == (100, Verdict.ACCEPTED, Level.SENIOR)


def test_a_check_without_evidence_has_failed() -> None:
    result = score_of(*without("errors"))
    record = next(item for criterion in result.criteria for item in criterion.checks if item.id == "errors")
    assert (record.outcome, record.earned) == (CheckOutcome.NOT_RUN, 0)
    assert result.verdict is Verdict.PARTIAL


@pytest.mark.parametrize("outcome", [item for item in CheckOutcome if item is not CheckOutcome.PASSED])
def test_a_check_passes_only_if_all_of_its_tests_do(outcome: CheckOutcome) -> None:
    bad = TestResult(check="order", outcome=outcome, message="why")
    for tests in ((*passed(*ALL), bad), (bad, *passed(*ALL))):
        result = score_of(*tests)
        record = result.criteria[0].checks[1]
        assert (record.outcome, record.earned, record.message) == (outcome, 0, "why")


def test_evidence_for_a_check_outside_the_manifest_is_the_author_s_error() -> None:
    with pytest.raises(ChallengeError, match="unheard"):
        score_of(*passed("unheard"))


def test_a_failed_gate_rejects_whatever_else_holds() -> None:
    bad = TestResult(check="imports", outcome=CheckOutcome.FAILED)
    result = score_of(*without("imports"), bad)
    assert result.verdict is Verdict.REJECTED
    assert result.total == 87.5


def test_quality_takes_points_but_not_the_acceptance() -> None:
    poor = TestResult(check="lint", outcome=CheckOutcome.FAILED, fraction=0.25)
    result = score_of(*without("lint"), poor)
    assert (result.total, result.verdict) == (92.5, Verdict.ACCEPTED)


def test_performance_counts_only_for_right_answers() -> None:
    result = score_of(*passed("order", "errors", "imports", "speed", "lint"))
    performance = result.criteria[2]
    assert performance.earned == 0
    assert "10 of 40" in performance.withheld
    assert (result.total, result.verdict) == (45, Verdict.REJECTED)


def test_what_could_not_be_started_earns_nothing() -> None:
    result = score_of(*passed("lint", "imports"), build_failure=BuildFailed(message="no module named x"))
    assert (result.total, result.verdict, result.level) == (0, Verdict.BUILD_FAILED, Level.BELOW)


def test_an_attack_makes_the_verdict_unsafe() -> None:
    flag = FlagRaised(id="forged", severity=Severity.CRITICAL, message="wrote result lines")
    assert score_of(*passed(*ALL), flags=(flag,)).verdict is Verdict.UNSAFE
    mild = flag.model_copy(update={"severity": Severity.WARNING})
    assert score_of(*passed(*ALL), flags=(mild,)).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("value", "is_extended", "expected"),
    [
        (0.5, False, 1.0),
        (2.0, False, 1.0),
        (2.1, False, 0.95),
        (2.1, True, 1.0),
        (2.21, True, 0.9),
        (4.0, False, 0.5),
        (7.99, False, 0.0),
        (8.0, False, 0.0),
        (1e9, False, 0.0),
    ],
)
def test_points_fall_on_a_log_scale_between_the_limits(
    value: float, is_extended: bool, expected: float
) -> None:
    assert fraction_of(value, LIMIT, is_extended=is_extended) == expected


@given(st.floats(min_value=0, max_value=100), st.floats(min_value=0, max_value=100))
def test_a_better_figure_never_earns_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for scale in ("log", "linear"):
        limit = LIMIT.model_copy(update={"scale": scale})
        assert fraction_of(low, limit) >= fraction_of(high, limit)


def test_a_measured_check_earns_by_its_figure() -> None:
    result = score_of(*passed(*ALL), measured=ratio(4.0))
    record = result.criteria[2].checks[0]
    assert (record.outcome, record.earned) == (CheckOutcome.FAILED, 12.5)
    assert "full points up to 2" in record.message
    assert result.measurements[0].verdict is MeasurementVerdict.REDUCED


@pytest.mark.parametrize("measured", [ratio(50.0, is_conclusive=False), ratio(None)])
def test_an_inconclusive_measurement_costs_nothing(measured: MeasurementResult) -> None:
    result = score_of(*passed(*ALL), measured=measured)
    assert (result.total, result.verdict) == (100, Verdict.ACCEPTED)
    assert result.measurements[0].verdict is MeasurementVerdict.INCONCLUSIVE


def test_a_measurement_that_was_not_made_has_failed() -> None:
    result = score(CHALLENGE, Evidence(tests=passed(*ALL)))
    assert result.criteria[2].checks[0].outcome is CheckOutcome.NOT_RUN


def test_wrong_answers_under_load_earn_nothing_however_fast() -> None:
    bad = TestResult(check="speed", outcome=CheckOutcome.FAILED, message="wrong answers under load")
    assert score_of(*without("speed"), bad, measured=ratio(0.1)).criteria[2].earned == 0


@pytest.mark.parametrize(
    ("total", "level"),
    [
        (100, Level.SENIOR),
        (80, Level.SENIOR),
        (79.99, Level.MIDDLE),
        (60, Level.MIDDLE),
        (59.99, Level.JUNIOR),
        (40, Level.JUNIOR),
        (39.99, Level.BELOW),
        (0, Level.BELOW),
    ],
)
def test_levels_are_the_guide_s_bands(total: float, level: Level) -> None:
    assert level_of(total) is level


RESULTS = st.lists(
    st.builds(
        TestResult,
        check=st.sampled_from(ALL),
        outcome=st.sampled_from(CheckOutcome),
        fraction=st.none() | st.floats(min_value=0, max_value=1),
    ),
    max_size=20,
)


@given(RESULTS, st.none() | st.floats(min_value=0, max_value=100))
def test_points_stay_within_what_they_are_worth_and_add_up(
    tests: list[TestResult], figure: float | None
) -> None:
    result = score(CHALLENGE, Evidence(tests=tuple(tests), measurements=(ratio(figure),)))
    assert 0 <= result.total <= 100
    assert result.total == pytest.approx(sum(criterion.earned for criterion in result.criteria))
    for criterion in result.criteria:
        assert 0 <= criterion.earned <= criterion.points
        assert criterion.earned == pytest.approx(sum(item.earned for item in criterion.checks), abs=0.02)


@given(RESULTS)
def test_one_more_failure_never_earns_more(tests: list[TestResult]) -> None:
    worse = [*tests, TestResult(check="answers", outcome=CheckOutcome.FAILED)]
    before = score(CHALLENGE, Evidence(tests=tuple(tests)))
    after = score(CHALLENGE, Evidence(tests=tuple(worse)))
    assert after.total <= before.total


def test_questions_are_about_what_failed_first() -> None:
    result = score_of(*without("order"), TestResult(check="order", outcome=CheckOutcome.FAILED))
    assert next(question.check for question in result.follow_ups) == "order"
    assert 3 <= len(result.follow_ups) <= 8
