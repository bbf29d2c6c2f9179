"""The summary for a pull request or a job's page: GitHub's Markdown in which no text of others comes alive."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.report.figures import Figures
from grader.report.harmless import cut, one_line, visible
from grader.report.sentences import measured_in_words, sentences
from grader.report.view import CheckView, SheetView, look_at
from grader.report.words import Words, load_words
from grader.score_sheet import Flag, Measurement, ScoreSheet
from grader.words import Verdict

LONGEST_CELL = 300
LONGEST_BLOCK = 2_000
LONGEST_LOG = 8_000
MOST_ROWS = 100

_PUNCTUATION = re.compile(r"[!-+\--/:-@\[-`{-~]")
_REFERENCE = re.compile(r"([@#])(?=\w)")
_JOINER = "\N{WORD JOINER}"


def to_markdown(sheet: ScoreSheet, language: str = "en") -> str:
    """Return the summary: the result, the criteria, what failed, the measurements."""
    words = load_words(language)
    view = look_at(sheet)
    blocks = [*_top(view, words), *_flags(sheet.flags, words)]
    if sheet.verdict in {Verdict.GRADER_ERROR, Verdict.BUILD_FAILED}:
        if sheet.output:
            blocks += [f"### {words('state.log')}", fenced(sheet.output, LONGEST_LOG)]
    else:
        blocks += [_criteria(view, words), *_failed(view, words)]
    blocks += _measurements(view, words)
    return "\n\n".join(blocks) + "\n"


def inert(text: str, most: int = LONGEST_CELL) -> str:
    """Return text for one line of Markdown: no markup, table cell, HTML, link, mention or reference in it."""
    kept, missing = cut(text, most)
    split = _REFERENCE.sub(rf"\1{_JOINER}", one_line(kept))
    return _PUNCTUATION.sub(lambda match: f"&#{ord(match.group())};", split) + ("…" if missing else "")


def quoted(text: str, most: int = LONGEST_CELL) -> str:
    """Return text as inline code, which also ends mentions; in HTML, since that holds in a table's cell too."""
    return f"<code>{inert(text, most)}</code>"


def fenced(text: str, most: int = LONGEST_BLOCK) -> str:
    """Return text as a code block whose fence is longer than any run of backquotes in it."""
    kept, missing = cut(visible(text), most)
    runs = re.findall(r"`+", kept)
    fence = "`" * max(3, max(map(len, runs), default=0) + 1)
    rest = f"\n… +{missing}" if missing else ""
    return f"{fence}text\n{kept.rstrip()}{rest}\n{fence}"


def _top(view: SheetView, words: Words) -> list[str]:
    sheet = view.sheet
    figures = Figures(words)
    verdict = words(f"verdict.{sheet.verdict}")
    if sheet.verdict in {Verdict.GRADER_ERROR, Verdict.BUILD_FAILED}:
        result = f"**{verdict}** · {words('page.no_total')}"
    else:
        result = f"**{figures.points(sheet.total)} / 100** · {words(f'level.{sheet.level}')} · {verdict}"
    said = " ".join(inert(sentence, 1_000) for sentence in sentences(view, words))
    heading = f"## {inert(words.pick(sheet.challenge.title))} · {quoted(sheet.submission.source)}"
    return [part for part in (heading, result, said, inert(sheet.summary, 1_000)) if part]


def _flags(flags: tuple[Flag, ...], words: Words) -> list[str]:
    rows = [
        f"- **{words(f'severity.{flag.severity}')}** {quoted(flag.message, 500)}"
        for flag in flags[:MOST_ROWS]
    ]
    return ["\n".join(rows)] if rows else []


def _criteria(view: SheetView, words: Words) -> str:
    figures = Figures(words)
    rows = [
        (
            inert(words.pick(criterion.title)),
            f"{figures.points(criterion.earned)} / {figures.points(criterion.points)}",
            inert(criterion.withheld),
        )
        for criterion in view.sheet.criteria
    ]
    return _table((words("criteria.criterion"), words("criteria.earned"), ""), rows, "-|-:|-")


def _failed(view: SheetView, words: Words) -> list[str]:
    if not (view.failed or view.not_run):
        return []
    figures = Figures(words)
    rows = [
        (
            inert(words.pick(item.check.label)),
            words(f"outcome.{item.check.outcome}"),
            f"{figures.points(item.check.earned)} / {figures.points(item.check.points)}",
            _happened(item, words),
        )
        for item in (*view.failed, *view.not_run)[:MOST_ROWS]
    ]
    head = (words("passed.check"), words("passed.outcome"), words("passed.points"), words("failed.actual"))
    shown = [_counterexample(item, words) for item in view.failed[:10] if item.check.counterexample]
    return [f"### {words('failed.title')}", _table(head, rows, "-|-|-:|-"), *shown]


def _happened(item: CheckView, words: Words) -> str:
    measured = measured_in_words(item, words)
    return inert(measured) if measured else quoted(item.check.message) if item.check.message else ""


def _counterexample(item: CheckView, words: Words) -> str:
    summary = f"{inert(words.pick(item.check.label))}: {words('failed.counterexample')}"
    block = fenced(item.check.counterexample)
    return f"<details><summary>{summary}</summary>\n\n{block}\n\n</details>"


def _measurements(view: SheetView, words: Words) -> list[str]:
    if not view.sheet.measurements:
        return []
    keys = ("figure", "band", "full_at", "zero_at", "verdict")
    head = (words("passed.check"), *(words(f"measurements.{key}") for key in keys))
    rows = [_measurement(view, item, words) for item in view.sheet.measurements[:MOST_ROWS]]
    return [f"### {words('measurements.title')}", _table(head, rows, "-|-:|-:|-:|-:|-")]


def _measurement(view: SheetView, item: Measurement, words: Words) -> tuple[str, ...]:
    number = Figures(words).number
    return (
        inert(words.pick(view.title_of(item))),
        f"{number(item.ratio)} {inert(item.unit)}",
        f"{number(item.low)} … {number(item.high)}",
        number(item.full_at),
        number(item.zero_at),
        words(f"judged.{item.verdict}"),
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], align: str) -> str:
    ruler = "|".join({"-": "---", "-:": "--:"}[column] for column in align.split("|"))
    lines = [" | ".join(head), ruler, *(" | ".join(row) for row in rows)]
    return "\n".join(f"| {line} |" if index != 1 else f"|{line}|" for index, line in enumerate(lines))
