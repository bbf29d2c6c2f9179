"""`python -P -s -m grader.inspector INSPECTION_JSON`: answers on standard output, one JSON object a line."""

from __future__ import annotations

import sys
from pathlib import Path

from grader.inspector.errors import InspectorFailed
from grader.inspector.finding import finished_line
from grader.inspector.inspection import load_inspection
from grader.inspector.questions import answer_all
from grader.inspector.watch import watch


def main(arguments: list[str]) -> int:
    """Inspect one submission: 0 with every answer, 3 where the inspector itself failed, 2 for wrong usage."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m grader.inspector INSPECTION_JSON\n")
        return 2
    try:
        inspection = load_inspection(Path(arguments[0]))
        lines = watch(
            lambda announce, refused: answer_all(inspection, announce, refused),
            inspection.checks,
        )
    except InspectorFailed as error:
        sys.stderr.write(f"inspector: {error}\n")
        return 3
    sys.stdout.write("\n".join([*lines, finished_line()]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
