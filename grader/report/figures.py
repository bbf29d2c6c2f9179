"""Numbers as a reader wants them: few digits, fitting units, the language's decimal sign."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.report.words import Words

NOTHING = "\N{EN DASH}"
"""What stands where there is no figure."""

_TIME_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns"))


@dataclass(frozen=True, slots=True)
class Figures:
    """Formats numbers in one language."""

    words: Words

    def points(self, value: float) -> str:
        """Return points: at most one decimal, and never rounded up to a full mark that was not earned."""
        if not math.isfinite(value):
            return NOTHING
        if abs(value) >= 1e9:
            return self._local(f"{value:.3g}")
        return self._local(f"{math.floor(value * 10 + 1e-6) / 10:.1f}".removesuffix(".0"))

    def number(self, value: float | None, digits: int = 3) -> str:
        """Return a figure with so many significant digits, without an exponent where that is short."""
        if value is None or not math.isfinite(value):
            return NOTHING
        if value and not 1e-4 <= abs(value) < 1e6:
            return self._local(f"{value:.{digits}g}")
        decimals = digits - 1 - math.floor(math.log10(abs(value))) if value else 0
        text = f"{value:.{max(0, decimals)}f}"
        return self._local(text.rstrip("0").rstrip(".") if "." in text else text)

    def seconds(self, value: float | None) -> str:
        """Return a duration in the unit that fits it."""
        if value is None or not math.isfinite(value):
            return NOTHING
        size, unit = next((row for row in _TIME_UNITS if abs(value) >= row[0]), _TIME_UNITS[1])
        return f"{self.number(value / size)}\N{NO-BREAK SPACE}{self.words(f'unit.{unit}')}"

    def mebibytes(self, value: float | None) -> str:
        """Return an amount of memory."""
        if value is None or not math.isfinite(value):
            return NOTHING
        return f"{self.number(value)}\N{NO-BREAK SPACE}{self.words('unit.mib')}"

    def size(self, value: int) -> str:
        """Return a number of bytes."""
        if value < 1024:
            return f"{value}\N{NO-BREAK SPACE}{self.words('unit.bytes')}"
        return f"{self.number(value / 1024)}\N{NO-BREAK SPACE}{self.words('unit.kib')}"

    def _local(self, text: str) -> str:
        return text.replace(".", self.words("unit.decimal")).replace("-", "\N{MINUS SIGN}")


def share(earned: float, points: float) -> float:
    """Return the part of the points that was earned, from 0 to 1."""
    if not (math.isfinite(earned) and math.isfinite(points)) or points <= 0:
        return 0.0
    return min(1.0, max(0.0, earned / points))
