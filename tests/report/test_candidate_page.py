"""The candidate's page gives nothing of the hidden suite away."""

from __future__ import annotations

import re

import pytest

from grader.report import LANGUAGES, to_candidate_html
from grader.report.words import load_words
from grader.score_sheet import CheckRecord, Note
from grader.words import CheckOutcome, Verdict
from tests.report.hostile import deface
from tests.report.page_reader import read_page
from tests.report.sheets import FAILED, SHEETS, build_failed, follow_ups, middling, rejected, sheet

ALWAYS = r"challenge\.title\.LANG|submission\.digest"
JUDGED = (
    r"criteria\.\d+\.title\.LANG"
    r"|criteria\.\d+\.checks\.\d+\.candidate_hint\.LANG"
    r"|criteria\.3\.checks\.\d+\.notes\..*"
)
NOT_STARTED = "summary|output"


def everything_failed(kind: str):
    """Return a sheet with every field of every check filled, so that anything could leak."""
    base = SHEETS[kind]()
    full = {
        "outcome": CheckOutcome.FAILED, "message": "m", "log": "l",
        "expected": "e", "actual": "a", "counterexample": "c",
        "notes": (Note(path="p", line=1, text="t"),),
    }  # fmt: skip
    criteria = tuple(
        item.model_copy(
            update={
                "checks": tuple(
                    CheckRecord.model_validate(check.model_dump() | full) for check in item.checks
                ),
                "withheld": "because",
            }
        )
        for item in base.criteria
    )
    return base.model_copy(update={"criteria": criteria, "output": "printed", "summary": "said"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHEETS)
def test_only_what_is_theirs_reaches_the_candidate(kind: str, language: str) -> None:
    places: dict[str, str] = {}

    def mark(place: str, _old: str) -> str:
        marker = f"mark{len(places):04}end"
        places[marker] = place
        return "quality" if place == "criteria.3.id" else marker

    marked = deface(everything_failed(kind), mark)
    html = to_candidate_html(marked, language)
    found = {places[marker] for marker in re.findall(r"mark\d{4}end", html)}
    allowed = ALWAYS
    if marked.verdict is Verdict.BUILD_FAILED:
        allowed += f"|{NOT_STARTED}"
    elif marked.verdict is not Verdict.GRADER_ERROR:
        allowed += f"|{JUDGED}"
        assert any("candidate_hint" in place for place in found)
        assert any("notes" in place for place in found)
    assert not {place for place in found if not re.fullmatch(allowed.replace("LANG", language), place)}
    assert str(marked.environment.seed) not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHEETS)
def test_nothing_of_the_interview_is_on_it(kind: str, language: str) -> None:
    graded = SHEETS[kind]()
    text = read_page(to_candidate_html(graded, language)).text
    for item in follow_ups():
        for told in (item.question, item.why, item.good_answer, {language: item.code}):
            assert not told[language] or told[language] not in text
    assert load_words(language)("questions.title") not in text
    assert load_words(language)("questions.good_answer") not in text


def test_a_passed_check_gives_no_hint_and_equal_hints_are_said_once() -> None:
    same = {"en": "Look at the order.", "ru": "Посмотрите на порядок."}
    changes = {name: {"outcome": FAILED, "candidate_hint": same} for name in ("stored_none", "byte_limit")}
    text = read_page(to_candidate_html(sheet(changes))).text
    assert text.count("Look at the order.") == 1
    assert "Hint for" not in text


def test_points_are_whole_so_that_parts_do_not_tell_checks_apart() -> None:
    graded = sheet({"stored_none": {"outcome": FAILED, "earned": 1.9}})
    html = to_candidate_html(graded)
    assert "36 / 40" in read_page(html).text
    assert "36.9" not in html
    assert 'width="90.00%"' in html


def test_level_and_checks_are_neither_named_nor_counted() -> None:
    text = read_page(to_candidate_html(middling())).text
    for word in ("Middle", "Senior", "13 checks", "stored_none", "A stored None", "passed"):
        assert word not in text


def test_a_submission_that_did_not_start_is_told_what_it_printed() -> None:
    text = read_page(to_candidate_html(build_failed())).text
    assert "SyntaxError: expected ':'" in text
    assert "def get(self, key)" in text


def test_what_was_printed_after_a_check_ran_is_not_shown_even_where_a_later_start_failed() -> None:
    graded = sheet(
        {"byte_limit": {"outcome": FAILED}}, verdict=Verdict.BUILD_FAILED, output="put('hidden', 7)"
    )
    assert "hidden" not in read_page(to_candidate_html(graded)).text


def test_withheld_points_are_explained_without_the_numbers_behind_them() -> None:
    text = read_page(to_candidate_html(rejected())).text
    assert "Not counted yet" in text
    assert "13 of 40" not in text
