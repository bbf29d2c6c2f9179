"""Runs the examiner: `python -P -s -m grader.examiner`, with `/files/examination.json` and `/files/suite`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.examiner.run import examine


def main() -> int:
    """Keep standard output for evidence alone, and examine."""
    if os.environ.get("PYTHONHASHSEED") != "0":  # sets must iterate alike for one seed to give one run
        os.execve(sys.executable, sys.orig_argv, os.environ | {"PYTHONHASHSEED": "0"})  # noqa: S606 - no shell
    outgoing = os.fdopen(os.dup(1), "wb")
    incoming = os.fdopen(os.dup(0), "rb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    files = Path(sys.argv[1] if len(sys.argv) > 1 else "/files")
    return examine(files, outgoing, incoming, sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
