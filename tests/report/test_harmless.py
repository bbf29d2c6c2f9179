"""Text is made visible: nothing hidden, nothing that acts, nothing lost that matters."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.harmless import MARK_RUN, cut, cut_middle, one_line, visible
from tests.report.page_reader import hidden_characters


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("одно é 漢字 🙂", "одно é 漢字 🙂"),
        ("\x1b[31mred", "␛[31mred"),
        ("a\x00b\x7fc", "a␀b␡c"),
        ("over\rwritten", "over␍written"),
        ("windows\r\nlines\r\n", "windows\nlines\n"),
        ("\x9b2J", "⟨U+009B⟩2J"),
        ("a\u202eb\u2066c", "a⟨U+202E⟩b⟨U+2066⟩c"),
        ("a\u200bb\ufeff", "a⟨U+200B⟩b⟨U+FEFF⟩"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("\ud800", "⟨U+D800⟩"),
        ("\uffff\U000e0041", "⟨U+FFFF⟩⟨U+E0041⟩"),
    ],
)
def test_what_cannot_be_seen_is_shown_by_name(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_any_text_becomes_legal_xml_without_hidden_characters(text: str) -> None:
    shown = visible(text)
    assert not hidden_characters(shown)
    element = ET.Element("t")
    element.text = shown
    assert ET.fromstring(ET.tostring(element)).text in {shown, None}
    assert visible(shown) == shown


def test_only_a_few_combining_marks_are_kept() -> None:
    assert visible("e" + "\u0301" * 50 + "x") == "e" + "\u0301" * MARK_RUN + "x"


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert "\n" not in one_line(text)
    assert "\t" not in one_line(text)


@given(st.text(), st.integers(min_value=0, max_value=20))
def test_a_cut_tells_how_much_is_missing(text: str, most: int) -> None:
    kept, missing = cut(text, most)
    assert len(kept) <= most
    assert text.startswith(kept)
    assert len(kept) + missing == len(text)


@given(st.text(), st.integers(min_value=2, max_value=20))
def test_a_cut_in_the_middle_keeps_both_ends(text: str, most: int) -> None:
    start, end, missing = cut_middle(text, most)
    assert len(start) + len(end) <= most or not missing
    assert text.startswith(start)
    assert text.endswith(end)
    assert len(start) + len(end) + missing == len(text)
