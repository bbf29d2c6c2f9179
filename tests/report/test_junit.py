"""The JUnit file is valid, counts right, and turns no missing check green."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings

from grader.report import LANGUAGES, to_junit
from grader.score_sheet import ScoreSheet
from grader.words import Verdict
from tests.report.hostile import sheets
from tests.report.sheets import SHEETS, build_failed, middling

SUITE_ATTRIBUTES = {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"}
CASE_CHILDREN = ["failure", "error", "system-out"]


def read(sheet: ScoreSheet, language: str = "en") -> ET.Element:
    """Return the document, held against the format that Jenkins, GitLab and GitHub's actions read."""
    root = ET.fromstring(to_junit(sheet, language))
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        assert set(suite.attrib) == SUITE_ATTRIBUTES
        assert {case.tag for case in suite} <= {"testcase"}
        for case in suite:
            assert set(case.attrib) == {"name", "classname", "time"}
            assert [child.tag for child in case] == sorted(
                {child.tag for child in case}, key=CASE_CHILDREN.index
            )
        found = Counter(child.tag for case in suite for child in case)
        assert int(suite.attrib["tests"]) == len(suite)
        assert int(suite.attrib["failures"]) == found["failure"]
        assert int(suite.attrib["errors"]) == found["error"]
    for key in ("tests", "failures", "errors"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in root)
    return root


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHEETS)
def test_every_kind_of_sheet_is_valid(kind: str, language: str) -> None:
    read(SHEETS[kind](), language)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheet=sheets())
def test_any_text_in_any_field_is_valid(sheet: ScoreSheet) -> None:
    root = read(sheet)
    checks = [check for criterion in sheet.criteria for check in criterion.checks]
    is_whole = sheet.verdict in {Verdict.BUILD_FAILED, Verdict.GRADER_ERROR}
    assert len(list(root.iter("testcase"))) == len(checks) + is_whole


def test_a_criterion_is_a_suite_and_a_check_a_case() -> None:
    root = read(middling())
    assert [suite.attrib["name"] for suite in root] == [
        "Correctness",
        "Robustness",
        "Performance",
        "Code quality",
    ]
    assert [len(suite) for suite in root] == [5, 3, 2, 3]
    kinds = {
        case.attrib["name"][:8]: [(child.tag, child.get("type")) for child in case]
        for case in root.iter("testcase")
    }
    assert kinds["A stored"] == [("failure", "failed")]
    assert kinds["Eight th"] == [("error", "crashed"), ("system-out", None)]
    assert kinds["An evict"] == [("error", "timed_out")]
    assert kinds["get retu"] == []


def test_a_failure_explains_itself() -> None:
    failure = next(read(middling()).iter("failure"))
    assert failure.text is not None
    for part in (
        "A stored None was taken for a miss",
        "Expected:\nNone",
        "'nothing'",
        "cache.put('k', None)",
    ):
        assert part in failure.text


def test_checks_that_were_not_run_are_errors_never_skipped() -> None:
    root = read(build_failed())
    assert root.attrib["errors"] == "11"  # ten checks, and the whole
    assert root.attrib["skipped"] == "0"
    assert not list(root.iter("skipped"))


def test_a_grader_error_is_one_error_though_there_is_no_check() -> None:
    root = read(SHEETS["grader_error"]())
    errors = list(root.iter("error"))
    assert [error.get("type") for error in errors] == ["grader_error"]
    assert "out of memory" in (errors[0].text or "")
