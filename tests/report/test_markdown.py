"""The Markdown summary keeps its shape whatever stands in the sheet."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.report import LANGUAGES, to_markdown
from grader.report.markdown import fenced, inert, quoted
from grader.score_sheet import ScoreSheet
from tests.report.hostile import ATTACKS, everywhere, sheets, texts
from tests.report.page_reader import hidden_characters
from tests.report.sheets import SHEETS, build_failed, middling

TAGS = {
    "h2", "h3", "p", "strong", "code", "pre", "ul", "li", "table", "thead", "tbody", "tr", "th", "td",
    "details", "summary",
}  # fmt: skip
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def problems(summary: str) -> list[str]:
    """Return what is wrong with a summary as GitHub would render it."""
    html = MARKDOWN.render(summary)
    found = [f"tag {tag}" for tag in re.findall(r"<\s*/?\s*([^\s>/]+)", html) if tag not in TAGS]
    found += [
        f"attributes {item}"
        for item in re.findall(r"<(?!code class=\"language-text\"|t[hd] style)\w+ [^>]*>", html)
    ]
    for table in re.findall(r"<table>.*?</table>", html, re.S):
        widths = {len(re.findall(r"<t[hd]", row)) for row in re.findall(r"<tr>.*?</tr>", table, re.S)}
        found += [f"rows of {widths} cells"] if len(widths) > 1 else []
    outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", summary, flags=re.S | re.M)
    found += [
        f"alive: {item}" for item in re.findall(r"www\.|://|[@#]\w|\bmailto:", outside.replace("&#", ""))
    ]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHEETS)
def test_a_summary_is_well_formed(kind: str, language: str) -> None:
    summary = to_markdown(SHEETS[kind](), language)
    assert not problems(summary)
    assert summary.startswith("## ")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheet=sheets())
def test_any_text_in_any_field_leaves_the_summary_whole(sheet: ScoreSheet) -> None:
    summary = to_markdown(sheet)
    assert not problems(summary)
    assert not hidden_characters(summary) - {"\u2060"}


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_in_every_place_does_not_come_alive(attack: str) -> None:
    for kind in SHEETS:
        assert not problems(to_markdown(everywhere(kind, attack)))


@given(texts())
def test_inert_text_says_what_it_said(text: str) -> None:
    shown = MARKDOWN.renderInline(f"x{inert(text, 10_000)}x")
    assert "<" not in shown
    assert shown.startswith("x")
    assert MARKDOWN.renderInline(quoted(text)).count("<code>") == 1


@given(st.text(st.sampled_from("`~\n x"), max_size=40))
def test_a_block_ends_only_at_its_own_fence(text: str) -> None:
    html = MARKDOWN.render(f"{fenced(text)}\n\nafter\n")
    assert html.count("<pre>") == 1
    assert html.endswith("<p>after</p>\n")


def test_it_names_criteria_failed_checks_and_measurements() -> None:
    html = MARKDOWN.render(to_markdown(middling()))
    assert html.count("<table>") == 3
    for part in (
        "60 / 100",
        "35 / 40",
        "Timed out",
        "A stored None was taken for a miss",
        "0.97",
        "cache.put('k', None)",
    ):
        assert part in html.replace("&#39;", "'")


def test_a_submission_that_did_not_start_shows_its_log_and_no_tables() -> None:
    summary = to_markdown(build_failed())
    assert "Traceback (most recent call last)" in summary
    assert "|" not in summary


def test_a_summary_stays_under_the_megabyte_that_a_job_may_show() -> None:
    assert len(to_markdown(everywhere("middling", "@" * 1_000_000)).encode()) < 1_000_000
