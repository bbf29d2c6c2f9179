"""The check `lint`: defects that a linter finds, weighed, against the size of the code."""

from __future__ import annotations

from collections import Counter

from grader.inspector.finding import Answer, Note, share_lost
from grader.inspector.linter import Diagnostic
from grader.inspector.rules import NEVER_USED, weight_of
from grader.inspector.subject import Subject

BASE_UNITS = 10.0
LINES_A_UNIT = 20.0
ONE_RULE = 3
BROKEN = 0.3


def check_lint(subject: Subject) -> Answer:
    """Answer `lint`."""
    if not subject.code:
        return Answer("lint", 0.0, subject.nothing_to_judge())
    found = [item for item in subject.lint_run.diagnostics if item.code and item.code not in NEVER_USED]
    counted = [item for item in found if not item.is_excused]
    excused = len(found) - len(counted)
    units = _units(counted, subject)
    fraction = share_lost(units, BASE_UNITS + subject.code_lines / LINES_A_UNIT)
    fraction = max(0.0, fraction - BROKEN * len(subject.broken))
    if subject.lint_run.stopped:
        return Answer("lint", 0.0, f"The linter {subject.lint_run.stopped} on this submission and found nothing.")
    notes = [Note(item.path, item.line, f"{item.code}: {item.text}") for item in counted]
    notes += [Note(source.path, source.problem_line, source.problem) for source in subject.broken]
    return Answer("lint", fraction, _message(subject, counted, excused), tuple(notes))


def _units(found: list[Diagnostic], subject: Subject) -> float:
    tests = {source.path for source in subject.tests}
    seen: Counter[tuple[str, str]] = Counter()
    units = 0.0
    for item in found:
        seen[item.path, item.code] += 1
        if seen[item.path, item.code] <= ONE_RULE:
            units += weight_of(item.code).units * (0.5 if item.path in tests else 1.0)
    return units


def _message(subject: Subject, counted: list[Diagnostic], excused: int) -> str:
    lines = [f"{source.path} {source.problem}." for source in subject.broken]
    for item in counted[:8]:
        lines.append(f"{item.path}:{item.line} {item.text} ({item.code}, {weight_of(item.code).name})")
    if len(counted) > 8:  # noqa: PLR2004
        lines.append(f"… and {len(counted) - 8} more.")
    if not lines:
        lines.append(f"The linter finds no defect in {subject.code_lines} lines of code.")
    if excused:
        lines.append(f"{excused} finding(s) are excused by a comment `# noqa: CODE` on their line.")
    return "\n".join(lines)
