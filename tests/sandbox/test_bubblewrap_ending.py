"""What is said of an end: the earlier rule wins."""

from __future__ import annotations

import pytest

from sandbox import Outcome, Usage
from sandbox.bubblewrap.ending import judge

USAGE = Usage(0.1, 1.0, 2.0, 0.5)
EXIT_0, EXIT_137 = 0, 137 << 8
SIGKILL, SIGSEGV_WITH_CORE, REAL_TIME = 9, 11 | 0x80, 40
TIMED_OUT = (Outcome.TIMED_OUT, "still running after 3 s")


@pytest.mark.parametrize(
    ("cause", "killed_for_mib", "status", "outcome", "exit_code", "number", "detail"),
    [
        (None, None, EXIT_0, Outcome.EXITED, 0, None, ""),
        (None, None, EXIT_137, Outcome.EXITED, 137, None, ""),
        (None, None, SIGKILL, Outcome.CRASHED, None, 9, "ended by SIGKILL"),
        (None, None, SIGSEGV_WITH_CORE, Outcome.CRASHED, None, 11, "ended by SIGSEGV"),
        (None, None, REAL_TIME, Outcome.CRASHED, None, 40, "ended by signal 40"),
        (None, 64, EXIT_0, Outcome.OUT_OF_MEMORY, 0, None, "needed more than 64 MiB"),
        (None, 64, SIGKILL, Outcome.OUT_OF_MEMORY, None, 9, "needed more than 64 MiB"),
        (TIMED_OUT, 64, SIGKILL, Outcome.TIMED_OUT, None, 9, "still running after 3 s"),
        (TIMED_OUT, None, EXIT_0, Outcome.TIMED_OUT, 0, None, "still running after 3 s"),
    ],
)
def test_what_we_did_comes_first_then_memory_then_the_status(
    cause: tuple[Outcome, str] | None,
    killed_for_mib: int | None,
    status: int,
    outcome: Outcome,
    exit_code: int | None,
    number: int | None,
    detail: str,
) -> None:
    ending = judge(cause, killed_for_mib, status, USAGE)
    assert (ending.outcome, ending.exit_code, ending.signal) == (outcome, exit_code, number)
    assert (ending.detail, ending.usage) == (detail, USAGE)
