"""The rounds of a performance stage: each side works in its turn and is paused while it is not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from grader.examiner.budget import Budget
from grader.examiner.errors import ExaminerBroken, OutOfTime, Unexpected
from grader.examiner.examination import Address, Examination
from grader.examiner.load.figures import FEWEST_REQUESTS, HOPELESS_FAILURES, MOST_FAILURES, Block, percentile
from grader.examiner.load.process import LoadProcess
from grader.examiner.sandboxed import CANDIDATE

_COPY_ROUNDS = 3
_LONGEST_BLOCK = 10  # times as long as planned, for a side that is too slow for enough requests


class Driven(Protocol):
    """A subject that load can be put on."""

    name: str
    address: Address

    def ensure(self) -> None:
        """Start it unless it runs."""

    def seeded(self, seed: str) -> None:
        """Hold that it works over what a seed gave."""

    def probe(self) -> None:
        """Hold that it still answers."""

    def pause(self) -> None:
        """Freeze it."""

    def resume(self) -> None:
        """Let it go on."""

    def cpu_s(self) -> float | None:
        """Return what CPU time it used so far."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Users of one class on one subject; blocks are told apart by the `label`."""

    label: str
    subject: Driven
    user_class: str


class Rounds:
    """The blocks of one measurement."""

    def __init__(self, examination: Examination, budget: Budget, process: LoadProcess) -> None:
        self._examination = examination
        self._budget = budget
        self._process = process
        self._order = random.Random(examination.seed)  # noqa: S311 - no secret, but repeatable
        self._lanes: list[Lane] = []
        self._examples: dict[str, str] = {}
        self._paused: dict[str, Driven] = {}

    def gather(self, lanes: Sequence[Lane]) -> None:
        """Start every subject, let its users stand ready, warm all of them up, and pause them where they are many."""
        self._lanes = [*lanes]
        plan = self._examination.load
        for lane in lanes:
            lane.subject.ensure()
            settings = {
                "address": asdict(lane.subject.address),
                "entry": self._examination.entry,
                "seed": self._examination.seed,
                "call_s": self._budget.call_s,
            }
            order = {
                "label": lane.label,
                "user_class": lane.user_class,
                "users": plan.users,
                "settings": settings,
            }
            problem = self._process.ask(
                "gather", patience_s=self._patience_s(), prepare_s=self._budget.left_s(), **order
            )["problem"]
            if problem:
                self._explain_loss(lane, f"load could not begin: {problem}")
        done = self._work(lanes, plan.warmup_s, fewest=1)
        for lane in lanes:
            self._require_users(lane, done[lane.label])
            self._pause(lane)

    def run(self, rounds: int, first: int = 0) -> list[Block]:
        """Run some rounds; within each the order is drawn at random."""
        blocks = []
        for index in range(first, first + rounds):
            turns = [lane for lane in self._lanes if lane.label != "reference_copy" or index < _COPY_ROUNDS]
            self._order.shuffle(turns)
            blocks += [self._block(lane, index) for lane in turns]
        return blocks

    def dismiss(self) -> None:
        """Send the users home, and let every subject go on."""
        self._process.ask("dismiss")
        while self._paused:
            self._paused.popitem()[1].resume()

    def require_right_answers(self, blocks: Sequence[Block]) -> None:
        """Hold that every lane was answered, and rightly."""
        for lane in self._lanes:
            own = [block for block in blocks if block.side == lane.label]
            self._require_few_failures(lane, own, MOST_FAILURES)

    def _require_few_failures(self, lane: Lane, blocks: Sequence[Block], share: float) -> None:
        requests, failures = sum(block.requests for block in blocks), sum(block.failures for block in blocks)
        if requests == 0 or failures > share * requests:
            first = self._examples.get(lane.label, "none was answered")
            # The numbers differ from run to run; they are in the blocks, the sentence is to be the same each time.
            _blame(lane, f"wrong answers under load: {first}")

    def _block(self, lane: Lane, index: int) -> Block:
        if self._budget.is_spent:
            raise OutOfTime("the time for the whole examination was used up under load")
        self._resume(lane)
        before = lane.subject.cpu_s()
        done = self._work([lane], self._examination.load.block_s, FEWEST_REQUESTS)[lane.label]
        after = lane.subject.cpu_s()
        self._require_users(lane, done)
        self._pause(lane)
        times = done["times_ms"]
        block = Block(
            side=lane.label,
            index=index,
            cpu_s=None if before is None or after is None else round(after - before, 9),
            wall_s=round(done["wall_s"], 6),
            requests=done["requests"],
            failures=done["failures"],
            p50_ms=percentile(times, 0.5),
            p95_ms=percentile(times, 0.95),
            p99_ms=percentile(times, 0.99),
        )
        self._require_few_failures(lane, [block], HOPELESS_FAILURES)
        return block

    def _work(self, lanes: Sequence[Lane], seconds: float, fewest: int) -> dict[str, Any]:
        how = {"seconds": seconds, "most_s": _LONGEST_BLOCK * seconds, "fewest": fewest}
        labels = [lane.label for lane in lanes]
        done = self._process.ask("work", labels=labels, patience_s=self._patience_s(), **how)
        for label in labels:
            for example in done[label]["examples"]:
                self._examples.setdefault(label, f"the first: {example}")
        return done

    def _patience_s(self) -> float:
        return self._budget.call_s + 1.0

    def _pause(self, lane: Lane) -> None:
        """Freeze a subject after its turn, where another one's turn follows."""
        if len({other.subject.name for other in self._lanes}) > 1:
            lane.subject.pause()
            self._paused[lane.subject.name] = lane.subject

    def _resume(self, lane: Lane) -> None:
        if self._paused.pop(lane.subject.name, None) is not None:
            lane.subject.resume()

    def _require_users(self, lane: Lane, done: dict[str, Any]) -> None:
        if done["gone"]:
            why = self._examples.get(lane.label, "without a word")
            self._explain_loss(lane, f"it stopped answering under load; {why}")

    def _explain_loss(self, lane: Lane, message: str) -> None:
        """Raise the loss of a subject that its users met, or what they met where the subject still answers."""
        lane.subject.probe()
        _blame(lane, message)


def _blame(lane: Lane, message: str) -> None:
    if lane.subject.name != CANDIDATE:
        raise ExaminerBroken(f"{lane.subject.name}: {message}")
    raise Unexpected(message)
