"""`load.compare`: how much CPU a request costs, candidate against reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel
from grader.examiner.examination import Examination, Limit
from grader.examiner.load.figures import Block, Figures, summarise
from grader.examiner.load.process import LoadProcess
from grader.examiner.load.rounds import Rounds
from grader.examiner.side import Side


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
            blocks, figures, detail = self._measure(rounds, limit)
        finally:
            rounds.dismiss()
        rounds.require_right_answers(blocks)
        self._emit(limit, figures, blocks, detail)

    def _measure(self, rounds: Rounds, limit: Limit) -> tuple[list[Block], Figures, str]:
        """Run the rounds, again where they check themselves in vain, more of them near the limit."""
        plan = self._examination.load
        blocks, detail = rounds.run(plan.blocks), ""
        figures = summarise(blocks)
        if not figures.is_conclusive:
            blocks, detail = rounds.run(plan.blocks), "repeated"
            figures = summarise(blocks)
        if figures.is_conclusive and figures.is_near(limit.full_at):
            blocks += rounds.run(plan.extended_blocks - plan.blocks, first=plan.blocks)
            figures, detail = summarise(blocks), "extended"
        return blocks, figures, detail

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
