"""What the blocks of a performance stage say, by pure functions."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

FEWEST_REQUESTS = 20
MOST_FAILURES = 0.005
HOPELESS_FAILURES = 0.1  # of one block: there is nothing left to measure
WAITING = 5.0
"""How many times the reference's latency is waiting, whatever else the machine does."""

_SELF_CHECK = (0.8, 1.25)
_NEAR = 1.2


@dataclass(frozen=True, slots=True)
class Block:
    """One side's round."""

    side: str
    index: int
    cpu_s: float | None
    wall_s: float
    requests: int
    failures: int
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None

    @property
    def cost_ms(self) -> float:
        """Milliseconds of CPU a request; of wall time where there is no account of CPU."""
        spent = self.wall_s if self.cpu_s is None else self.cpu_s
        return max(1e-6, 1000 * spent / max(1, self.requests))

    def fields(self) -> dict[str, object]:
        """Return it as evidence."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Figures:
    """The medians of all blocks, in milliseconds a request, and their ratio."""

    candidate: float
    reference: float
    ratio: float
    low: float
    high: float
    self_check: float | None
    is_conclusive: bool

    def is_near(self, full_at: float) -> bool:
        """Whether more blocks are needed to tell on which side of the limit it lies."""
        return full_at < self.ratio <= _NEAR * full_at


def summarise(blocks: Sequence[Block]) -> Figures:
    """Return what blocks say; each round's candidate is held against the same round's reference.

    Without a copy of the reference nothing is checked but the number of requests.
    """
    costs = {side: _costs(blocks, side) for side in ("candidate", "reference", "reference_copy")}
    reference = costs["reference"]
    ratios = [costs["candidate"][index] / reference[index] for index in sorted(costs["candidate"])]
    copies = [cost / reference[index] for index, cost in costs["reference_copy"].items()]
    self_check = round(statistics.median(copies), 4) if copies else None
    has_enough = all(block.requests >= FEWEST_REQUESTS for block in blocks if block.side != "candidate")
    return Figures(
        candidate=round(statistics.median(costs["candidate"].values()), 6),
        reference=round(statistics.median(reference.values()), 6),
        ratio=round(statistics.median(ratios), 4),
        low=round(min(ratios), 4),
        high=round(max(ratios), 4),
        self_check=self_check,
        is_conclusive=has_enough and (self_check is None or _SELF_CHECK[0] <= self_check <= _SELF_CHECK[1]),
    )


def waiting_ms(blocks: Sequence[Block], ceiling_ms: float) -> float | None:
    """Return the candidate's least median latency where it must have waited for something, `None` where not.

    The best of the candidate's rounds is held against the worst of the reference's: a busy machine slows down some
    rounds of either, and only a candidate that sleeps or stands in a queue of its own is slow in all of its own.
    """
    best = min((block.p50_ms for block in blocks if block.side == "candidate" and block.p50_ms), default=0.0)
    worst = max((block.p50_ms for block in blocks if block.side == "reference" and block.p50_ms), default=0.0)
    return best if best > max(ceiling_ms, WAITING * worst) else None


def _costs(blocks: Sequence[Block], side: str) -> dict[int, float]:
    return {block.index: block.cost_ms for block in blocks if block.side == side}


def percentile(sorted_times: Sequence[float], share: float) -> float | None:
    """Return the nearest-rank percentile of sorted times, `None` where there are none."""
    if not sorted_times:
        return None
    return round(sorted_times[min(len(sorted_times) - 1, int(share * len(sorted_times)))], 3)
