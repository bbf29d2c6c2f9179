"""Prints a Markdown table of every case on every engine: `python -m tests.conformance.table [CASE…]`."""

from __future__ import annotations

import contextlib
import sys
from concurrent.futures import Future

from tests.conformance.case import Case, load_cases
from tests.conformance.engines import EngineMissing
from tests.conformance.judge import complaints
from tests.conformance.known_limits import KnownLimit, load_known_limits, load_memory_factors, unexcused
from tests.conformance.record import Record
from tests.conformance.runs import SUBJECTS, open_runs


def main(names: list[str]) -> int:
    """Run the named cases, or all; return 1 where one was not contained."""
    cases = {name: case for name, case in load_cases().items() if not names or name in names}
    known, factors = load_known_limits(), load_memory_factors()
    columns: dict[str, dict[str, str]] = {}
    faults: list[str] = []
    for subject in SUBJECTS:
        columns[subject] = {}
        for name, future in _started(subject, cases).items():
            cell, found = _cell(cases[name], future, known.get((name, subject)), factors.get(subject, 1.0))
            columns[subject][name] = cell
            faults += [f"{subject}, {name}: {fault}" for fault in found]
    sys.stdout.write(_table(cases, columns))
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


def _started(subject: str, cases: dict[str, Case]) -> dict[str, Future[Record]]:
    """Run all cases on one engine to their end; none where the engine is missing."""
    try:
        runs = open_runs(subject)
    except EngineMissing as error:
        sys.stderr.write(f"{subject}: {error}\n")
        return {}
    with contextlib.closing(runs):
        started = {name: runs.start(case) for name, case in cases.items()}
        for future in started.values():
            future.exception()
    return started


def _cell(
    case: Case, future: Future[Record], known: KnownLimit | None, memory_factor: float
) -> tuple[str, list[str]]:
    """Return what a cell says, and what is wrong."""
    error = future.exception()
    if error is not None:
        return "**engine failed**", [f"{type(error).__name__}: {error}"]
    record = future.result()
    left = unexcused(complaints(case, record, memory_factor), known)
    if left:
        return f"**not contained** ({record.outcome})", left
    return (f"known limit: {known.reason}" if known else str(record.outcome)), []


def _table(cases: dict[str, Case], columns: dict[str, dict[str, str]]) -> str:
    """Return the Markdown; an engine that is missing is said to be."""
    lines = [f"| case | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name, case in cases.items():
        cells = [cells.get(name, "engine missing") for cells in columns.values()]
        lines.append(f"| {name}: {case.rule} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
