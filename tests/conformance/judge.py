"""What speaks against an engine in a record: the ending, what was said, what was left behind. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox import Outcome
from tests.conformance.case import Case
from tests.conformance.record import Record

LATE_S = 4.0
"""How much later than its limit a sandbox may end on a busy machine."""

_OUR_THREADS = 6  # a launcher may carry the same environment for a moment
_KEPT_BYTES = 256 * 1024


def complaints(case: Case, record: Record, memory_factor: float = 1.0) -> list[str]:
    """Return everything that is wrong in a record; an engine that contained the case has none.

    `memory_factor` is how many times the limit of memory may be seen, where no kernel holds it.
    """
    return [
        *_of_the_ending(case, record),
        *_of_what_was_said(case, record),
        *_of_the_bounds(case, record, memory_factor),
        *_of_the_machine(record),
    ]


def _of_the_ending(case: Case, record: Record) -> Iterator[str]:
    """Complain of a wrongly named ending."""
    if record.outcome not in case.outcomes:
        yield f"ended as {record.outcome}, not as {' or '.join(sorted(case.outcomes))} ({record.detail})"
        return
    if record.outcome is Outcome.EXITED and case.exit_code is not None and record.exit_code != case.exit_code:
        yield f"exit code {record.exit_code}, not {case.exit_code}"
    if record.outcome is Outcome.CRASHED and case.signals and record.signal not in case.signals:
        yield f"signal {record.signal}, not one of {sorted(case.signals)}"


def _of_what_was_said(case: Case, record: Record) -> Iterator[str]:
    """Complain of what the program reports to have reached, or of its having tried nothing."""
    for line in record.printed.splitlines():
        if line.startswith(("ESCAPED", "UNCLEAR")):
            yield line[:300]
    for text in case.says:
        if text.encode().decode("latin-1") not in record.printed:
            yield f"did not say {text!r} but {record.printed[-300:]!r}"
    if record.leaked:
        yield f"printed a secret: {', '.join(record.leaked)}"


def _of_the_bounds(case: Case, record: Record, memory_factor: float) -> Iterator[str]:
    """Complain of a limit that did not hold."""
    limits = case.limits
    if limits.wall_s is not None and record.wall_s > limits.wall_s + LATE_S:
        yield f"ran for {record.wall_s:.1f} s; the limit is {limits.wall_s:g} s"
    if record.peak_threads > limits.processes + _OUR_THREADS:
        yield f"{record.peak_threads} threads at once; the limit is {limits.processes}"
    if (
        record.peak_memory_mib is not None
        and record.peak_memory_mib > limits.memory_mib * 1.05 * memory_factor + 1
    ):
        yield f"{record.peak_memory_mib:.0f} MiB at once; the limit is {limits.memory_mib} MiB"
    if record.kept_bytes > _KEPT_BYTES:
        yield f"{record.kept_bytes} bytes of output were kept; expected at most {_KEPT_BYTES}"


def _of_the_machine(record: Record) -> Iterator[str]:
    """Complain of what was reached, changed or left outside the sandbox."""
    if record.survivors:
        yield f"still running after the end: {'; '.join(record.survivors[:5])}"
    if record.reached:
        yield f"connected to the machine: {', '.join(record.reached)}"
    if record.changed:
        yield f"changed the machine: {', '.join(record.changed)}"
    if record.bystander != "answers":
        yield f"the other sandbox of the pod: {record.bystander}"
    if record.successor != "works 7 served []":
        yield f"the next sandbox of the same name: {record.successor}"
