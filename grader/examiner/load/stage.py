"""`load.compare`: how much CPU a request costs, candidate against reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel
from grader.examiner.examination import Examination, Limit, LoadPlan
from grader.examiner.load.figures import Block, Figures, summarise
from grader.examiner.load.process import LoadProcess
from grader.examiner.load.rounds import Rounds
from grader.examiner.side import Side

Run = Callable[[int, int], list[Block]]
"""Runs a number of rounds, counted from a first one on, and returns their blocks."""


class Load:
    """Drives the sides of one examination."""

    def __init__(
        self,
        examination: Examination,
        channel: Channel,
        budget: Budget,
        sides: dict[str, Side],
        process: Callable[[], LoadProcess],
    ) -> None:
        self._examination = examination
        self._channel = channel
        self._budget = budget
        self._sides = sides
        self._process = process

    def compare(self, measurement: str, user_class: str) -> None:
        """Measure candidate against reference and write evidence; fails where answers were wrong."""
        self._channel.enter("load")
        limit = self._examination.limit(measurement)
        rounds = Rounds(self._examination, self._channel, self._budget, self._sides, self._process())
        rounds.gather(user_class)
        try:
            blocks, figures, detail = run_until_clear(rounds.run, self._examination.load, limit.full_at)
        finally:
            rounds.dismiss()
        rounds.require_right_answers(blocks)
        self._emit(limit, figures, blocks, detail)

    def _emit(self, limit: Limit, figures: Figures, blocks: Sequence[Block], detail: str) -> None:
        is_accounted = all(block.cpu_s is not None for block in blocks)
        details = [detail, "" if is_accounted else "wall time: the engine has no account of CPU time"]
        self._channel.emit(
            "measurement",
            id=limit.id,
            unit=limit.unit,
            detail="; ".join(part for part in details if part),
            blocks=[block.fields() for block in blocks],
            **asdict(figures),
        )


def run_until_clear(run: Run, plan: LoadPlan, full_at: float) -> tuple[list[Block], Figures, str]:
    """Run the planned rounds; again where they check themselves in vain, and more of them near the limit.

    Returns all blocks that count, what they say, and in a word what was done beyond the plan.
    """
    blocks, detail = run(plan.blocks, 0), ""
    figures = summarise(blocks)
    if not figures.is_conclusive:
        blocks, detail = run(plan.blocks, 0), "repeated"
        figures = summarise(blocks)
    if figures.is_conclusive and figures.is_near(full_at) and plan.extended_blocks > plan.blocks:
        blocks = [*blocks, *run(plan.extended_blocks - plan.blocks, plan.blocks)]
        figures, detail = summarise(blocks), "extended"
    return blocks, figures, detail
