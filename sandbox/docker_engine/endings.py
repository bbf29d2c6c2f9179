"""From what the engine and we ourselves know to how a sandbox ended.

Docker tells a process that died by a signal only by an exit status of 128 plus its number, which a process may also
choose. What can be told apart: process 1 of a container gets no deadly signal from inside it, but for those that the
kernel forces on a fault (so `abort()` shows as SIGSEGV), and only we and the kernel's memory killer send SIGKILL.
Hence 128 plus a fault's number is read as a crash, and any other status, 137 too, as the process's own choice.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass

from sandbox.contract import Ending, Limits, Outcome, Usage

FAULTS = frozenset(
    {
        signal.SIGILL,
        signal.SIGTRAP,
        signal.SIGABRT,
        signal.SIGBUS,
        signal.SIGFPE,
        signal.SIGSEGV,
        signal.SIGSYS,
    }
)
KILLED = 128 + signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Exit:
    """What was seen of an end: the status, whether memory ran out, and what we had done, with its reason."""

    status: int
    ran_out_of_memory: bool
    cause: Outcome | None = None
    reason: str = ""


def ending_of(seen: Exit, usage: Usage, limits: Limits) -> Ending:
    """Judge an end: what we did comes first, then memory, then a fault or an exit."""
    memory = f"used more than {limits.memory_mib} MiB" if seen.ran_out_of_memory else ""
    if seen.cause is not None:
        detail = "; ".join(filter(None, (seen.reason, memory)))
        return Ending(seen.cause, *_code_and_signal(seen, was_killed=True), usage, detail)
    if seen.ran_out_of_memory:
        return Ending(Outcome.OUT_OF_MEMORY, *_code_and_signal(seen, was_killed=True), usage, memory)
    code, number = _code_and_signal(seen, was_killed=False)
    if number is not None:
        return Ending(Outcome.CRASHED, None, number, usage, signal.strsignal(number) or f"signal {number}")
    detail = "its own exit status: no limit was reached and nothing was stopped" if code == KILLED else ""
    return Ending(Outcome.EXITED, code, None, usage, detail)


def _code_and_signal(seen: Exit, *, was_killed: bool) -> tuple[int | None, int | None]:
    number = seen.status - 128
    if number in FAULTS or (was_killed and seen.status == KILLED):
        return None, number
    return seen.status, None
