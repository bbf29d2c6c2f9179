"""Runs the cases named on standard input, a record a line: `python -m tests.conformance.serve SUBJECT`."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import Future
from functools import partial

from tests.conformance.case import load_cases
from tests.conformance.engines import make_engine
from tests.conformance.record import Record
from tests.conformance.runs import LocalRuns

_writing = threading.Lock()


def main() -> None:
    """Serve until standard input ends; needs nothing but the standard library, so that any Python will do."""
    cases = load_cases()
    engine = make_engine("bubblewrap")
    engine.prepare(lambda _: None)
    runs = LocalRuns(engine, sys.argv[1])
    asked = []
    for line in sys.stdin:
        name = line.strip()
        future = runs.start(cases[name])
        future.add_done_callback(partial(_tell, name))
        asked.append(future)
    for future in asked:
        future.exception()
    runs.close()


def _tell(name: str, future: Future[Record]) -> None:
    """Print what came of a case, on one line."""
    error = future.exception()
    text = (
        future.result().to_json() if error is None else f"{type(error).__name__}: {error}".replace("\n", " ")
    )
    with _writing:
        sys.stdout.write(f"{name} {text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
