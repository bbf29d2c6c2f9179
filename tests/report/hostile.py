"""Sheets in which every text is someone else's: drawn, or a marker that says where it came from."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from grader.score_sheet import ScoreSheet
from tests.report.sheets import SHEETS

ATTACKS = (
    "<script>document.title = 'owned'</script>",
    '"><img src=http://192.0.2.1/x onerror="document.title=\'owned\'">',
    "</style></pre></code></details><h1>Total: 100</h1><script>document.title='owned'</script>",
    "{{ 7 * 7 }}{% raw %}{{ config }}",
    "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;http://192.0.2.1\x1b\\link\x9b5A",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200b\ufeff\u061c",
    "| a | b |\n|---|---|\n# heading\n\n- [x](http://192.0.2.1) @someone #12 ![i](http://192.0.2.1/i)",
    "``` \n````\n</details> www.example.com https://example.com <b>bold</b> ~~~",
    "[bold red]markup[/] [link=http://192.0.2.1]here[/link] [/] :warning:",
    "\x00\x01\x08\x0b\x0c\r\x7f\x85\ufffe\uffff\U000e0041\ue000",
    "e" + "\u0301" * 400,
    "]]> <![CDATA[ <!-- --> &amp; &#0; &lt;",
    "javascript:document.title='owned'",
    "\u05d0" * 30 + "שלום" + "\n" * 300,
    "x" * 1500,
    "'\"` \\ \\| $(id) %s {0} {title}",
)
"""Texts that have come alive in other people's reports."""

_FIXED = {"side", "schema_version", "started_at", "finished_at", "language", "total", "seed", "line", "index"}


def texts() -> st.SearchStrategy[str]:
    """Draw an attack, any text, or both joined."""
    plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    attack = st.sampled_from(ATTACKS)
    return st.one_of(attack, plain, st.builds(lambda one, two: one + two, attack, plain))


def sheets() -> st.SearchStrategy[ScoreSheet]:
    """Draw a sheet of any kind with drawn texts in all of its texts, and drawn figures in all of its figures."""
    return st.builds(
        _deface_with,
        st.sampled_from(sorted(SHEETS)),
        st.lists(texts(), min_size=1, max_size=7),
        st.lists(st.floats(), min_size=1, max_size=5),
    )


def deface(
    sheet: ScoreSheet,
    change_text: Callable[[str, str], str],
    change_figure: Callable[[float], float] = lambda figure: figure,
) -> ScoreSheet:
    """Return a sheet with every free text changed by place and old text, and every figure by its old value."""

    def walk(value: Any, place: str) -> Any:
        if isinstance(value, dict):
            return {key: value[key] if key in _FIXED else walk(value[key], f"{place}.{key}") for key in value}
        if isinstance(value, list | tuple):
            return tuple(walk(item, f"{place}.{index}") for index, item in enumerate(value))
        if isinstance(value, str) and not isinstance(value, Enum):
            return change_text(place.removeprefix("."), value)
        return change_figure(value) if isinstance(value, float) else value

    return ScoreSheet.model_validate(walk(sheet.model_dump(), ""))


def everywhere(kind: str, text: str) -> ScoreSheet:
    """Return a sheet of a kind with one text in every place but paths and ids, so that links still have targets."""
    keep = ("path", ".id", ".check", "measurement")
    return deface(SHEETS[kind](), lambda place, old: old if place.endswith(keep) else text)


def _deface_with(kind: str, drawn: list[str], figures: list[float]) -> ScoreSheet:
    turns = iter(range(10**9))
    return deface(
        SHEETS[kind](),
        lambda _place, _old: drawn[next(turns) % len(drawn)],
        lambda _old: figures[next(turns) % len(figures)],
    )
