"""Lines of evidence that a submission printed itself: they change nothing, and a person should know of them."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from grader.evidence import FlagRaised, MeasurementResult, TestResult, parse_event
from grader.words import Severity

_SHOWN = 200
_LONGEST = 4096


def forged_evidence(output: str) -> tuple[FlagRaised, ...]:
    """Return one flag where a submission's output holds lines that only the examiner should write."""
    forged = list(_forged_lines(output))
    if not forged:
        return ()
    shown = forged[0][:_SHOWN]
    message = f"it printed {len(forged)} line(s) in the form of the examiner's evidence; the first: {shown}"
    return (FlagRaised(id="forged_evidence", severity=Severity.WARNING, message=message),)


def _forged_lines(output: str) -> Iterator[str]:
    """Yield what reads as a result, a measurement or a flag; an honest log may say that something `finished`."""
    for line in output.splitlines():
        if '"event"' not in line[:_LONGEST] or len(line) > _LONGEST:
            continue
        try:
            event = parse_event(line)
        except ValidationError:
            continue
        if isinstance(event, TestResult | MeasurementResult | FlagRaised):
            yield line.strip()
