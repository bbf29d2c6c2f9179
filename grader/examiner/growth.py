"""How the cost of a call grows with the size of what it is called on: the slope of CPU time over size, log-log."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from grader.examiner.channel import Channel
from grader.examiner.examination import Examination
from grader.examiner.remote import RemoteObject
from grader.examiner.subject import Subject

_ROUNDS = 3
_SAMPLE_S = 0.02
_MOST_REPEATS = 4096

Prepare = Callable[[int], RemoteObject]
Batch = Callable[[RemoteObject, int], int | None]


@dataclass(slots=True)
class _Size:
    """The object of one size, how often its batch is repeated for a sample, and the samples."""

    size: int
    thing: RemoteObject
    repeats: int = 1
    samples: list[float] = field(default_factory=list)


class Growth:
    """Measures one subject against itself at several sizes, by the kernel's account of its sandbox."""

    def __init__(self, channel: Channel, examination: Examination, subject: Subject) -> None:
        self._channel = channel
        self._examination = examination
        self._subject = subject

    def measure(self, measurement: str, sizes: Sequence[int], prepare: Prepare, batch: Batch) -> float:
        """Measure and write evidence; return the slope (0 is constant, 1 linear).

        `prepare(size)` makes an object of a size; `batch(thing, size)` works on it, leaves its size as it is, and
        returns how many operations it did. Sizes are interleaved at random; the least CPU time of each counts,
        since whatever else the machine does can only add to it.
        """
        limit = self._examination.limit(measurement)
        order = random.Random(self._examination.seed)  # noqa: S311 - no secret, but repeatable
        rows = [_Size(size, prepare(size)) for size in sizes]
        for row in rows:
            self._calibrate(row, batch)
        for _ in range(_ROUNDS - 1):  # the first was the calibration
            for row in order.sample(rows, len(rows)):
                self._sample(row, batch)
        points = [(row.size, min(row.samples)) for row in rows]
        slope = fit_slope(points)
        turns = [fit_slope([(row.size, row.samples[turn]) for row in rows]) for turn in range(_ROUNDS)]
        self._channel.emit(
            "measurement",
            id=measurement,
            unit=limit.unit,
            ratio=round(slope, 4),
            low=round(min(slope, *turns), 4),
            high=round(max(slope, *turns), 4),
            detail=self._detail(),
            growth=[{"size": size, "cpu_s": cpu_s} for size, cpu_s in points],
        )
        return slope

    def _calibrate(self, row: _Size, batch: Batch) -> None:
        """Warm up, find how many repeats make a sample long enough to be accounted exactly, and take the first."""
        while (spent := self._sample(row, batch)) < _SAMPLE_S and row.repeats < _MOST_REPEATS:
            row.samples.clear()
            row.repeats = min(
                _MOST_REPEATS, max(row.repeats + 1, round(row.repeats * 1.2 * _SAMPLE_S / max(spent, 1e-4)))
            )

    def _sample(self, row: _Size, batch: Batch) -> float:
        """Repeat the batch and note what an operation cost; return the CPU seconds of them all."""
        before = self._spent()
        operations = sum(batch(row.thing, row.size) or 1 for _ in range(row.repeats))
        spent = self._spent() - before
        row.samples.append(max(1e-9, spent / operations))
        return spent

    def _spent(self) -> float:
        usage = self._subject.usage()
        return usage.wall_s if usage.cpu_s is None else usage.cpu_s

    def _detail(self) -> str:
        return (
            "wall time: the engine has no account of CPU time" if self._subject.usage().cpu_s is None else ""
        )


def fit_slope(points: Sequence[tuple[int, float]]) -> float:
    """Return the least-squares slope of log cost over log size; 0 for fewer than two sizes."""
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(cost) for _, cost in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    if spread == 0:
        return 0.0
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
