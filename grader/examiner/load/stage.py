"""`load.compare` and `load.growth`: how much CPU a request costs, against the reference or a smaller size."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel
from grader.examiner.errors import Unexpected
from grader.examiner.examination import Examination, Limit, LoadPlan
from grader.examiner.load.figures import Block, Figures, summarise, waiting_ms
from grader.examiner.load.process import LoadProcess
from grader.examiner.load.rounds import Driven, Lane, Rounds
from grader.examiner.sandboxed import CANDIDATE

Run = Callable[[int, int], list[Block]]
"""Runs a number of rounds, counted from a first one on, and returns their blocks."""


class Load:
    """Drives the subjects of one examination."""

    def __init__(
        self,
        examination: Examination,
        channel: Channel,
        budget: Budget,
        subjects: Mapping[str, Driven],
        process: Callable[[], LoadProcess],
    ) -> None:
        self._examination = examination
        self._channel = channel
        self._budget = budget
        self._subjects = subjects
        self._process = process

    def compare(self, measurement: str, user_class: str, seed: str | None = None) -> int:
        """Measure candidate against reference and write evidence; fails where answers were wrong.

        With a `seed`, every side works over a database as that seed gives it. Returns how many requests the candidate
        answered rightly, so that their effects can be looked for.
        """
        limit, rounds = self._begin(measurement)
        for subject in self._subjects.values() if seed is not None else ():
            subject.seeded(str(seed))
        try:
            rounds.gather([Lane(name, subject, user_class) for name, subject in self._subjects.items()])
            blocks, figures, detail = run_until_clear(rounds.run, self._examination.load, limit.full_at)
            rounds.require_right_answers(blocks)
        finally:
            rounds.dismiss()
        self._emit(limit, figures, blocks, detail)
        self._require_no_waiting(blocks)
        return sum(block.requests - block.failures for block in blocks if block.side == CANDIDATE)

    def growth(self, measurement: str, small_user: str, large_user: str, *, interleaved: bool = True) -> None:
        """Measure the candidate at a large size against itself at a small one, and write evidence.

        The small users' blocks stand in the reference's place. Where both sizes cannot be had at once,
        `interleaved=False` lets the small users prepare and work first, and then the large ones.
        """
        limit, rounds = self._begin(measurement)
        candidate, plan = self._subjects[CANDIDATE], self._examination.load
        lanes = [Lane("reference", candidate, small_user), Lane("candidate", candidate, large_user)]
        try:
            if interleaved:
                rounds.gather(lanes)
                blocks, figures, detail = run_until_clear(rounds.run, plan, limit.full_at)
                rounds.require_right_answers(blocks)
            else:
                blocks, detail = [*_one_by_one(rounds, lanes, plan)], "one after the other"
                figures = summarise(blocks)
        finally:
            rounds.dismiss()
        self._emit(limit, figures, blocks, detail)

    def _require_no_waiting(self, blocks: Sequence[Block]) -> None:
        ceiling_ms = self._examination.load.latency_ceiling_ms
        if (latency_ms := waiting_ms(blocks, ceiling_ms)) is not None:
            raise Unexpected(
                "requests wait for something that takes no processor time, such as a timer, a sleep or a lock",
                expected=f"half of the requests answered within {ceiling_ms:g} ms",
                actual=f"more than {10 ** math.floor(math.log10(latency_ms)):g} ms in every round",
            )

    def _begin(self, measurement: str) -> tuple[Limit, Rounds]:
        self._channel.enter("load")
        limit = self._examination.limit(measurement)
        return limit, Rounds(self._examination, self._budget, self._process())

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


def _one_by_one(rounds: Rounds, lanes: Sequence[Lane], plan: LoadPlan) -> Iterator[Block]:
    for lane in lanes:
        rounds.gather([lane])
        blocks = rounds.run(plan.blocks)
        rounds.require_right_answers(blocks)
        yield from blocks


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
