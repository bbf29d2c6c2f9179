"""The rounds of a performance stage: each side works in its turn and is paused while it is not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel
from grader.examiner.errors import ExaminerBroken, OutOfTime, Unexpected
from grader.examiner.examination import Examination
from grader.examiner.load.figures import FEWEST_REQUESTS, HOPELESS_FAILURES, MOST_FAILURES, Block, percentile
from grader.examiner.load.process import LoadProcess
from grader.examiner.side import Side

_COPY_ROUNDS = 3
_LONGEST_BLOCK = 10  # times as long as planned, for a side that is too slow for enough requests


class Rounds:
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
        self._examples: dict[str, str] = {}
        self._paused: set[str] = set()

    def gather(self, user_class: str) -> None:
        """Start every side, let its users stand ready, warm all of them up, and pause them."""
        plan = self._examination.load
        for name, side in self._sides.items():
            side.ensure()
            settings = {
                "address": asdict(side.address),
                "entry": self._examination.entry,
                "seed": self._examination.seed,
                "call_s": self._budget.call_s,
            }
            order = {"side": name, "user_class": user_class, "users": plan.users, "settings": settings}
            problem = self._process.ask("gather", patience_s=self._patience_s(), **order)["problem"]
            if problem:
                self._explain_loss(name, f"load could not begin: {problem}")
        done = self._work(list(self._sides), plan.warmup_s, fewest=1)
        for name in self._sides:
            self._require_users(name, done[name])
            self._pause(name)

    def run(self, rounds: int, first: int = 0) -> list[Block]:
        """Run some rounds; within each the order is drawn at random."""
        blocks = []
        for index in range(first, first + rounds):
            names = [name for name in self._sides if name != "reference_copy" or index < _COPY_ROUNDS]
            self._order.shuffle(names)
            blocks += [self._block(name, index) for name in names]
        return blocks

    def dismiss(self) -> None:
        """Send the users home, and let every side go on."""
        self._process.ask("dismiss")
        for name in tuple(self._paused):
            self._resume(name)

    def require_right_answers(self, blocks: Sequence[Block]) -> None:
        """Hold that every side answered, and rightly."""
        for side in self._sides:
            own = [block for block in blocks if block.side == side]
            self._require_few_failures(side, own, MOST_FAILURES)

    def _require_few_failures(self, side: str, blocks: Sequence[Block], share: float) -> None:
        requests, failures = sum(block.requests for block in blocks), sum(block.failures for block in blocks)
        if requests == 0 or failures > share * requests:
            first = self._examples.get(side, "none was answered")
            self._blame(side, f"wrong answers under load: {failures} of {requests} requests failed; {first}")

    def _block(self, name: str, index: int) -> Block:
        if self._budget.is_spent:
            raise OutOfTime("the time for the whole examination was used up under load")
        self._resume(name)
        before = self._channel.usage(name)
        done = self._work([name], self._examination.load.block_s, FEWEST_REQUESTS)[name]
        after = self._channel.usage(name)
        self._require_users(name, done)
        self._pause(name)
        times = done["times_ms"]
        block = Block(
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
        self._require_few_failures(name, [block], HOPELESS_FAILURES)
        return block

    def _work(self, names: list[str], seconds: float, fewest: int) -> dict[str, Any]:
        how = {"seconds": seconds, "most_s": _LONGEST_BLOCK * seconds, "fewest": fewest}
        done = self._process.ask("work", sides=names, patience_s=self._patience_s(), **how)
        for name in names:
            for example in done[name]["examples"]:
                self._examples.setdefault(name, f"the first: {example}")
        return done

    def _patience_s(self) -> float:
        return self._budget.call_s + 1.0

    def _pause(self, name: str) -> None:
        self._channel.ask("pause", name)
        self._paused.add(name)

    def _resume(self, name: str) -> None:
        if name in self._paused:
            self._paused.discard(name)
            self._channel.ask("resume", name)

    def _require_users(self, name: str, done: dict[str, Any]) -> None:
        if done["gone"]:
            self._explain_loss(
                name, f"it stopped answering under load; {self._examples.get(name, 'without a word')}"
            )

    def _explain_loss(self, name: str, message: str) -> None:
        """Raise the loss of a side that its users met, or what they met where the side still answers."""
        self._sides[name].ask("reset", {})
        self._blame(name, message)

    def _blame(self, name: str, message: str) -> None:
        if name != "candidate":
            raise ExaminerBroken(f"{name}: {message}")
        raise Unexpected(message)
