"""What blocks say: medians of paired rounds, a check of itself, and when to measure longer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.evidence import parse_event
from grader.examiner.examination import LoadPlan
from grader.examiner.load.figures import Block, percentile, summarise, waiting_ms
from grader.examiner.load.stage import Run, run_until_clear
from grader.score_sheet import Block as SheetBlock


def block(side: str, index: int, cost_ms: float, *, requests: int = 100, cpu: bool = True) -> Block:
    spent = cost_ms * requests / 1000
    return Block(side, index, spent if cpu else None, spent, requests, 0)


def rounds(candidate: list[float], reference: list[float], copy: list[float]) -> list[Block]:
    sides = {"candidate": candidate, "reference": reference, "reference_copy": copy}
    return [block(side, index, cost) for side, costs in sides.items() for index, cost in enumerate(costs)]


def test_the_ratio_is_the_median_of_the_rounds_ratios() -> None:
    figures = summarise(rounds([2, 4, 9, 6, 6], [1, 2, 3, 2, 2], [1, 2, 3]))
    assert (figures.ratio, figures.low, figures.high) == (3.0, 2.0, 3.0)
    assert (figures.candidate, figures.reference) == (6.0, 2.0)
    assert figures.is_conclusive


def test_one_disturbed_round_does_not_move_the_ratio() -> None:
    assert summarise(rounds([1, 1, 50, 1, 1], [1] * 5, [1] * 3)).ratio == 1.0


@pytest.mark.parametrize(
    ("copy", "is_conclusive"), [(0.79, False), (0.81, True), (1.0, True), (1.24, True), (1.26, False)]
)
def test_a_copy_that_costs_something_else_makes_it_inconclusive(copy: float, is_conclusive: bool) -> None:
    figures = summarise(rounds([1] * 5, [1] * 5, [copy] * 3))
    assert figures.self_check == copy
    assert figures.is_conclusive is is_conclusive


def test_a_reference_with_too_few_requests_makes_it_inconclusive() -> None:
    blocks = [*rounds([1] * 3, [1, 1], [1] * 3), block("reference", 2, 1, requests=19)]
    assert not summarise(blocks).is_conclusive


def test_a_candidate_too_slow_for_enough_requests_is_still_judged() -> None:
    blocks = [*rounds([100, 100], [1] * 3, [1] * 3), block("candidate", 2, 100, requests=3)]
    figures = summarise(blocks)
    assert figures.is_conclusive
    assert figures.ratio == 100


@pytest.mark.parametrize(
    ("ratio", "is_near"), [(0.5, False), (1.5, False), (1.51, True), (1.79, True), (1.81, False)]
)
def test_more_rounds_are_needed_just_above_the_limit(ratio: float, is_near: bool) -> None:
    assert summarise(rounds([ratio] * 3, [1] * 3, [1] * 3)).is_near(1.5) is is_near


PLAN = LoadPlan(blocks=3, extended_blocks=5)


def scripted(*batches: list[Block]) -> tuple[Run, list[tuple[int, int]]]:
    """Return a runner that gives prepared blocks, and what it was asked for."""
    asked: list[tuple[int, int]] = []
    left = iter(batches)

    def run(rounds: int, first: int) -> list[Block]:
        asked.append((rounds, first))
        return next(left)

    return run, asked


def test_clear_rounds_are_enough() -> None:
    run, asked = scripted(rounds([1] * 3, [1] * 3, [1] * 3))
    _, figures, detail = run_until_clear(run, PLAN, full_at=1.5)
    assert (asked, figures.ratio, detail) == ([(3, 0)], 1.0, "")


def test_near_the_limit_the_stage_is_extended_and_all_rounds_count() -> None:
    more = [replace(item, index=item.index + 3) for item in rounds([1.4] * 2, [1] * 2, [])]
    run, asked = scripted(rounds([1.4, 1.6, 1.7], [1] * 3, [1] * 3), more)
    blocks, figures, detail = run_until_clear(run, PLAN, full_at=1.5)
    assert (asked, figures.ratio, detail) == ([(3, 0), (2, 3)], 1.4, "extended")
    assert len(blocks) == 13


def test_rounds_that_check_themselves_in_vain_are_run_once_more() -> None:
    run, asked = scripted(rounds([1] * 3, [1] * 3, [2] * 3), rounds([1] * 3, [1] * 3, [1] * 3))
    blocks, figures, detail = run_until_clear(run, PLAN, full_at=1.5)
    assert (asked, figures.is_conclusive, detail) == ([(3, 0), (3, 0)], True, "repeated")
    assert len(blocks) == 9


def test_and_after_that_they_are_inconclusive() -> None:
    run, asked = scripted(*[rounds([1.6] * 3, [1] * 3, [2] * 3)] * 2)
    _, figures, detail = run_until_clear(run, PLAN, full_at=1.5)
    assert (len(asked), figures.is_conclusive, detail) == (2, False, "repeated")


def test_without_an_account_of_cpu_wall_time_counts() -> None:
    assert block("candidate", 0, 2.5, cpu=False).cost_ms == pytest.approx(2.5)


def test_percentiles_are_of_the_raw_times() -> None:
    times = [float(number) for number in range(1, 101)]
    assert (percentile(times, 0.5), percentile(times, 0.95), percentile(times, 0.99)) == (51.0, 96.0, 100.0)
    assert percentile([], 0.5) is None
    assert percentile([3.0], 0.99) == 3.0


def test_blocks_are_what_a_score_sheet_keeps() -> None:
    fields = block("candidate", 0, 1).fields()
    assert SheetBlock.model_validate(fields).requests == 100
    assert parse_event('{"event": "stage", "name": "load"}').event == "stage"


@pytest.mark.parametrize(
    ("candidate", "reference", "waits"),
    [
        ([100.0, 101.0, 99.0], [4.0, 5.0, 4.0], 99.0),
        ([100.0, 8.0, 100.0], [4.0, 5.0, 4.0], None),  # it was quick once
        ([100.0, 101.0, 99.0], [4.0, 25.0, 4.0], None),  # and the reference was slow once
        ([39.0, 39.0, 39.0], [1.0, 1.0, 1.0], None),
    ],
)
def test_only_what_is_slow_in_every_round_and_beyond_the_reference_waits(
    candidate: list[float], reference: list[float], waits: float | None
) -> None:
    sides = {"candidate": candidate, "reference": reference}
    blocks = [
        replace(block(side, index, 1.0), p50_ms=latency)
        for side, latencies in sides.items()
        for index, latency in enumerate(latencies)
    ]
    assert waiting_ms(blocks, 40.0) == waits
