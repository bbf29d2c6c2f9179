"""How long a call and the whole examination may still take."""

from __future__ import annotations

import time

_SHORT_CALL_S = 2.0
_TIMEOUTS_IN_A_ROW = 3


class Budget:
    """Deadlines by the examiner's clock; calls get less time once tests time out one after another."""

    def __init__(self, call_s: float, examination_s: float, start_s: float) -> None:
        self._call_s = call_s
        self._start_s = start_s
        self._end = time.monotonic() + examination_s
        self._timeouts = 0

    @property
    def is_spent(self) -> bool:
        """Whether the time for the whole examination is used up."""
        return time.monotonic() >= self._end

    def left_s(self) -> float:
        """Return how many seconds of the whole examination are left."""
        return max(0.0, self._end - time.monotonic())

    @property
    def call_s(self) -> float:
        """How many seconds a call may take now."""
        is_hanging = self._timeouts >= _TIMEOUTS_IN_A_ROW
        return min(self._call_s, _SHORT_CALL_S) if is_hanging else self._call_s

    @property
    def start_s(self) -> float:
        """How many seconds a start may take."""
        return self._start_s

    def call_deadline(self) -> float:
        """Return when the next call's answer must be there."""
        return min(time.monotonic() + self.call_s, self._end)

    def start_deadline(self) -> float:
        """Return when a sandbox that is started now must answer."""
        return min(time.monotonic() + self._start_s, self._end)

    def count_test(self, has_timed_out: bool) -> None:
        """Take note of how a test ended."""
        self._timeouts = self._timeouts + 1 if has_timed_out else 0
