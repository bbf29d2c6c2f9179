"""`load.compare`: interleaved rounds of candidate and reference, each paused while it is not its turn."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel
from grader.examiner.errors import ExaminerBroken, SandboxLost, Unexpected
from grader.examiner.examination import Examination
from grader.examiner.load.figures import FEWEST_REQUESTS, MOST_FAILURES, Block, Figures, percentile, summarise
from grader.examiner.load.process import LoadProcess
from grader.examiner.side import Side

_COPY_ROUNDS = 3
_LONGEST_BLOCK = 10  # times as long as planned, for a side that is too slow for enough requests


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

    def of(self, examined: str) -> Load:
        """Return the stage with another side in the candidate's place."""
        sides = self._sides | {"candidate": self._sides[examined]}
        return Load(self._examination, self._channel, self._budget, sides, self._process)

    def compare(self, measurement: str, user_class: str) -> None:
        """Measure candidate against reference and write evidence; fails where answers were wrong."""
        self._channel.enter("load")
        limit = self._examination.limit(measurement)
        rounds = _Rounds(self._examination, self._channel, self._budget, self._sides, self._process())
        rounds.gather(user_class)
        blocks, detail = rounds.run(self._examination.load.blocks), ""
        figures = summarise(blocks)
        if not figures.is_conclusive:
            blocks, detail = rounds.run(self._examination.load.blocks), "repeated"
            figures = summarise(blocks)
        if figures.is_conclusive and figures.is_near(limit.full_at):
            more = self._examination.load.extended_blocks - self._examination.load.blocks
            blocks, detail = [*blocks, *rounds.run(more, len(blocks))], "extended"
            figures = summarise(blocks)
        rounds.require_right_answers(blocks)
        self._emit(measurement, limit.unit, figures, blocks, detail)

    def _emit(
        self, measurement: str, unit: str, figures: Figures, blocks: Sequence[Block], detail: str
    ) -> None:
        is_accounted = all(block.cpu_s is not None for block in blocks)
        details = [detail, "" if is_accounted else "wall time: the engine has no account of CPU time"]
        self._channel.emit(
            "measurement",
            id=measurement,
            unit=unit,
            detail="; ".join(part for part in details if part),
            blocks=[block.fields() for block in blocks],
            **asdict(figures),
        )


class _Rounds:
    """The blocks of one comparison."""

    def __init__(
        self,
        examination: Examination,
        channel: Channel,
        budget: Budget,
        sides: dict[str, Side],
        process: LoadProcess,
    ) -> None:
        self._examination = examination
        self._channel = channel
        self._budget = budget
        self._sides = sides
        self._process = process
        self._order = random.Random(examination.seed)  # noqa: S311 - no secret, but repeatable
        self._examples: list[str] = []

    def gather(self, user_class: str) -> None:
        """Start every side, let its users stand ready, warm all of them up, and pause them."""
        plan = self._examination.load
        for name, side in self._sides.items():
            if side.is_lost or name != "candidate":
                side.reach()
            problem = self._process.ask(
                "gather",
                side=name,
                user_class=user_class,
                users=plan.users,
                timeout_s=self._budget.call_s,
                address=asdict(side.address),
                entry=self._examination.entry,
                seed=self._examination.seed,
                call_s=self._budget.call_s,
            )["problem"]
            if problem:
                self._blame(name, f"users could not begin: {problem}")
        self._work(list(self._sides), plan.warmup_s, fewest=1)
        for name in self._sides:
            self._channel.ask("pause", name)

    def run(self, rounds: int, first: int = 0) -> list[Block]:
        """Run some rounds; within each the order is drawn at random."""
        blocks = []
        for index in range(first, first + rounds):
            names = [name for name in self._sides if name != "reference_copy" or index < _COPY_ROUNDS]
            self._order.shuffle(names)
            blocks += [self._block(name, index) for name in names]
        return blocks

    def require_right_answers(self, blocks: Sequence[Block]) -> None:
        """Hold that the candidate answered, and rightly."""
        for side in self._sides:
            own = [block for block in blocks if block.side == side]
            requests, failures = sum(block.requests for block in own), sum(block.failures for block in own)
            if requests == 0 or failures > MOST_FAILURES * requests:
                example = self._examples[0] if self._examples else "no request was answered"
                self._blame(
                    side,
                    f"wrong answers under load: {failures} of {requests} requests failed, first: {example}",
                )

    def _block(self, name: str, index: int) -> Block:
        self._channel.ask("resume", name)
        before = self._channel.usage(name)
        done = self._work([name], self._examination.load.block_s, FEWEST_REQUESTS)[name]
        after = self._channel.usage(name)
        if done["gone"]:
            self._explain_loss(name)
        self._channel.ask("pause", name)
        times = done["times_ms"]
        return Block(
            side=name,
            index=index,
            cpu_s=None if before.cpu_s is None or after.cpu_s is None else after.cpu_s - before.cpu_s,
            wall_s=round(done["wall_s"], 6),
            requests=done["requests"],
            failures=done["failures"],
            p50_ms=percentile(times, 0.5),
            p95_ms=percentile(times, 0.95),
            p99_ms=percentile(times, 0.99),
        )

    def _work(self, names: list[str], seconds: float, fewest: int) -> dict[str, Any]:
        done = self._process.ask(
            "work", sides=names, seconds=seconds, most_s=_LONGEST_BLOCK * seconds, fewest=fewest
        )
        for name in names:
            if name == "candidate":
                self._examples += done[name]["examples"]
        return done

    def _explain_loss(self, name: str) -> None:
        """Raise the loss of a side whose users had to go."""
        try:
            self._sides[name].ask("reset", {})
        except SandboxLost as lost:
            if name == "candidate":
                raise
            raise ExaminerBroken(f"{name} was lost under load: {lost.message}") from None
        self._blame(
            name, f"it did not answer under load: {self._examples[0] if self._examples else 'no reason'}"
        )

    def _blame(self, name: str, message: str) -> None:
        if name != "candidate":
            raise ExaminerBroken(f"{name}: {message}")
        raise Unexpected(message)
