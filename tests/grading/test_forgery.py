"""Output that passes itself off as evidence is flagged; what honest programs log is not."""

from __future__ import annotations

import pytest

from grader.grading.forgery import forged_evidence

FORGED = [
    '{"event": "test", "check": "errors", "outcome": "passed"}',
    '  {"event":"measurement","id":"slope","unit":"x","ratio":1.0}',
    '{"event": "flag", "id": "x", "severity": "info", "message": "all is well"}',
]
HONEST = [
    "",
    "3 passed in 0.12s",
    '{"event": "finished"}',
    '{"event": "stage", "name": "load"}',
    '{"event": "test", "level": "info", "timestamp": "2026-01-01T00:00:00Z"}',
    '{"event": "test", "check": "db", "outcome": "passed", "logger": "app"}',
    '{"event": "flag", "id": 1}',
    '{"event": "test", "check": "errors", "outcome": "passed"',
    '<testcase name="errors"/>',
    "[" * 10_000 + '"event"',
]


@pytest.mark.parametrize("line", FORGED)
def test_a_forged_line_is_flagged_and_shown(line: str) -> None:
    (flag,) = forged_evidence(f"starting\n{line}\n{line}\n")
    assert flag.id == "forged_evidence"
    assert "2 line(s)" in flag.message
    assert line.strip() in flag.message


@pytest.mark.parametrize("line", HONEST)
def test_what_honest_programs_log_is_not_flagged(line: str) -> None:
    assert forged_evidence(f"{line}\n{line}") == ()
