"""How a sandbox ended: what we did comes first, then the kernel's word on memory, then the exit status."""

from __future__ import annotations

import os
import signal

from sandbox.contract import Ending, Outcome, Usage


def judge(cause: tuple[Outcome, str] | None, killed_for_mib: int | None, status: int, usage: Usage) -> Ending:
    """Return the ending.

    `cause` is what we ended it for and its detail, `killed_for_mib` the limit for which anything in it was killed,
    `status` the first process's wait status.
    """
    exit_code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    if cause is not None:
        outcome, detail = cause
    elif killed_for_mib is not None:
        outcome, detail = Outcome.OUT_OF_MEMORY, f"needed more than {killed_for_mib} MiB"
    elif ended_by is not None:
        outcome, detail = Outcome.CRASHED, f"ended by {_signal_name(ended_by)}"
    else:
        outcome, detail = Outcome.EXITED, ""
    return Ending(outcome, exit_code, ended_by, usage, detail)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
