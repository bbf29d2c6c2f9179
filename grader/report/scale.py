"""Where a measurement and its limits lie on a line from 0 to 100 percent."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.score_sheet import Measurement

_MARGIN = 1.35
"""Room on both sides of the outermost figure, as a factor."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Positions in percent; `low` to `high` is the band, `mark` the judged figure."""

    full_at: float
    zero_at: float
    low: float
    high: float
    mark: float


def scale_of(measurement: Measurement) -> Scale | None:
    """Place a measurement on a line, logarithmic where every figure is above zero; `None` without a figure."""
    ratio = measurement.ratio
    if ratio is None:
        return None
    low = ratio if measurement.low is None else min(measurement.low, ratio)
    high = ratio if measurement.high is None else max(measurement.high, ratio)
    figures = (measurement.full_at, measurement.zero_at, low, high, ratio)
    if not all(math.isfinite(figure) and abs(figure) < 1e100 for figure in figures):
        return None
    if min(figures) > 0:
        first, last = math.log(min(figures) / _MARGIN), math.log(max(figures) * _MARGIN)
        places = [math.log(figure) for figure in figures]
    else:
        room = (max(figures) - min(figures)) * (_MARGIN - 1) / 2 or 1.0
        first, last = min(figures) - room, max(figures) + room
        places = list(figures)
    if not last > first:  # figures so large that the room around them is lost in rounding
        return None
    return Scale(*(round(100 * (place - first) / (last - first), 2) for place in places))
