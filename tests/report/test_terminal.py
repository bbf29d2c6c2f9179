"""The terminal's view fits, works without colour, and lets no text of others act on the terminal."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import HealthCheck, given, settings
from rich.cells import cell_len
from rich.console import Console

from grader.report import LANGUAGES, render_terminal
from grader.score_sheet import ScoreSheet
from tests.report.hostile import ATTACKS, everywhere, sheets
from tests.report.page_reader import hidden_characters
from tests.report.sheets import SHEETS, middling, rejected

STYLES = re.compile(r"\x1b\[[0-9;]*m")


def rendered(sheet: ScoreSheet, language: str = "en", *, width: int = 80, is_coloured: bool = False) -> str:
    stream = io.StringIO()
    colours = "truecolor" if is_coloured else None
    console = Console(
        file=stream,
        width=width,
        color_system=colours,
        force_terminal=is_coloured,
        legacy_windows=False,
        _environ={},
    )
    render_terminal(sheet, console, language)
    return stream.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(kind: str, language: str, width: int) -> None:
    assert max(map(cell_len, rendered(SHEETS[kind](), language, width=width).splitlines())) <= width


def test_without_colour_there_is_no_escape_sequence_and_nothing_is_lost() -> None:
    plain, coloured = rendered(middling()), rendered(middling(), is_coloured=True)
    assert "\x1b" not in plain
    assert STYLES.search(coloured)
    assert STYLES.sub("", coloured) == plain


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheet=sheets())
def test_any_text_in_any_field_sends_nothing_but_our_styles(sheet: ScoreSheet) -> None:
    assert not hidden_characters(STYLES.sub("", rendered(sheet, is_coloured=True)))


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_an_attack_in_every_place_is_only_text(attack: str) -> None:
    for kind in SHEETS:
        assert not hidden_characters(rendered(everywhere(kind, attack)))


def test_markup_of_others_is_shown_and_not_followed() -> None:
    text = rendered(everywhere("middling", "[bold red]x[/] [link=http://192.0.2.1]y[/link] :warning:"))
    assert "[bold red]x[/] [link=http://192.0.2.1]y[/link] :warning:" in " ".join(text.split())


def test_it_says_what_decides() -> None:
    text = " ".join(rendered(middling()).split())
    for part in (
        "60 / 100 Middle Partly accepted",
        "35 / 40",
        "Timed out, 0 / 8",
        "cache.put('k', None)",
        "0.97 (0.94 … 1.01)",
    ):
        assert part in text
    assert "performance counts only for right answers" in rendered(rejected(), width=200)


def test_a_terminal_that_knows_only_ascii_gets_only_ascii() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    render_terminal(middling(), Console(file=stream, width=80, _environ={}), "ru")
    stream.flush()
    assert raw.getvalue().isascii()
    assert b"60 / 100" in raw.getvalue()


def test_a_long_sheet_stays_a_few_screens() -> None:
    for text in ("x\n" * 100_000, "y" * 1_000_000):
        assert len(rendered(everywhere("middling", text)).splitlines()) < 400
