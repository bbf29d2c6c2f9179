"""A figure that a suite measures by its own means, such as time over the ideal: noted beside its limits."""

from __future__ import annotations

from collections.abc import Callable

from grader.examiner.channel import Channel
from grader.examiner.examination import Examination

_MOST_SAMPLES = 3
_HOPELESS = 2.0  # times the limit: no other load on the machine explains that


class Figure:
    """Writes the evidence of one measured figure; the smaller, the better."""

    def __init__(self, channel: Channel, examination: Examination) -> None:
        self._channel = channel
        self._examination = examination

    def least(self, measurement: str, sample: Callable[[], float]) -> float:
        """Sample until a figure is within the limit, three times at most, and once where it is far beyond.

        Writes evidence and returns the least.

        For figures to which whatever else the machine does can only add, as it adds to wall time.
        """
        limit = self._examination.limit(measurement)
        samples = [sample()]
        while limit.full_at < min(samples) <= _HOPELESS * limit.full_at and len(samples) < _MOST_SAMPLES:
            samples.append(sample())
        least = min(samples)
        self._channel.emit(
            "measurement",
            id=measurement,
            unit=limit.unit,
            ratio=round(least, 4),
            low=round(least, 4),
            high=round(max(samples), 4),
        )
        return least
