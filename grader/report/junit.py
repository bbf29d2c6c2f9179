"""JUnit's XML, which continuous integration reads: a test suite a criterion, a test case a check."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET

from grader.report.harmless import cut, one_line, visible
from grader.report.words import Words, load_words
from grader.score_sheet import CheckRecord, CriterionRecord, ScoreSheet
from grader.words import CheckOutcome, Verdict

LONGEST_TEXT = 20_000
LONGEST_NAME = 300

_TAGS = {
    CheckOutcome.FAILED: "failure",
    CheckOutcome.CRASHED: "error",
    CheckOutcome.TIMED_OUT: "error",
    CheckOutcome.NOT_RUN: "error",
}
"""What is not passed is never "skipped": a skipped test would leave a pipeline green."""


def to_junit(sheet: ScoreSheet, language: str = "en") -> str:
    """Return the sheet as JUnit XML."""
    words = load_words(language)
    root = ET.Element("testsuites", name=_name(words.pick(sheet.challenge.title) or sheet.challenge.id))
    for criterion in sheet.criteria:
        root.append(_suite(sheet, criterion, words))
    if sheet.verdict in {Verdict.GRADER_ERROR, Verdict.BUILD_FAILED}:
        root.append(_whole(sheet, words))
    suites = list(root)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    root.set("skipped", "0")
    root.set("time", _time(sum(_seconds(check) for item in sheet.criteria for check in item.checks)))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(sheet: ScoreSheet, criterion: CriterionRecord, words: Words) -> ET.Element:
    outcomes = [check.outcome for check in criterion.checks]
    suite = _counted(
        _name(words.pick(criterion.title) or criterion.id),
        sheet,
        tests=len(outcomes),
        failures=outcomes.count(CheckOutcome.FAILED),
        errors=sum(_TAGS.get(outcome) == "error" for outcome in outcomes),
        seconds=sum(_seconds(check) for check in criterion.checks),
    )
    suite.extend(_case(sheet, criterion, check, words) for check in criterion.checks)
    return suite


def _case(sheet: ScoreSheet, criterion: CriterionRecord, check: CheckRecord, words: Words) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=_name(words.pick(check.label) or check.id),
        classname=_name(f"{sheet.challenge.id}.{criterion.id}"),
        time=_time(_seconds(check)),
    )
    tag = _TAGS.get(check.outcome)
    if tag:
        said = ET.SubElement(case, tag, type=str(check.outcome), message=_name(check.message, 1_000))
        said.text = _text(_explain(check, words))
    if check.log:
        ET.SubElement(case, "system-out").text = _text(check.log)
    return case


def _whole(sheet: ScoreSheet, words: Words) -> ET.Element:
    """Return the suite that says that grading as a whole came to nothing."""
    name = words(f"verdict.{sheet.verdict}")
    suite = _counted(name, sheet, tests=1, failures=0, errors=1, seconds=0.0)
    case = ET.SubElement(suite, "testcase", name=name, classname=_name(sheet.challenge.id), time=_time(0.0))
    reason = sheet.summary or words(f"state.{sheet.verdict}")
    error = ET.SubElement(case, "error", type=str(sheet.verdict), message=_name(reason, 1_000))
    error.text = _text(reason)
    if sheet.output:
        ET.SubElement(case, "system-out").text = _text(sheet.output)
    return suite


def _counted(
    name: str, sheet: ScoreSheet, *, tests: int, failures: int, errors: int, seconds: float
) -> ET.Element:
    return ET.Element(
        "testsuite",
        name=name,
        tests=str(tests),
        failures=str(failures),
        errors=str(errors),
        skipped="0",
        time=_time(seconds),
        timestamp=sheet.started_at.replace(microsecond=0, tzinfo=None).isoformat(),
    )


def _explain(check: CheckRecord, words: Words) -> str:
    parts = [check.message]
    for key, value in (
        ("expected", check.expected),
        ("actual", check.actual),
        ("counterexample", check.counterexample),
    ):
        if value:
            parts.append(f"{words(f'failed.{key}')}:\n{value}")
    return "\n\n".join(part for part in parts if part)


def _seconds(check: CheckRecord) -> float:
    return check.duration_s if math.isfinite(check.duration_s) and check.duration_s > 0 else 0.0


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"


def _name(text: str, most: int = LONGEST_NAME) -> str:
    return one_line(cut(text, most)[0])


def _text(text: str) -> str:
    return visible(cut(text, LONGEST_TEXT)[0])
