"""The score sheet in a terminal: a screen's worth, in which no text of others can move the cursor or set a style."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from grader.report.figures import Figures, share
from grader.report.harmless import cut, one_line, visible
from grader.report.sentences import measured_in_words, sentences
from grader.report.view import CheckView, SheetView, look_at
from grader.report.words import Words, load_words
from grader.score_sheet import ScoreSheet
from grader.words import CheckOutcome, MeasurementVerdict, Severity, Verdict

MOST_FAILED = 20
LONGEST_TEXT = 600
MOST_LINES = 12
_BAR_WIDTH = 24

_VERDICT_STYLES = {Verdict.ACCEPTED: "green", Verdict.PARTIAL: "yellow", Verdict.GRADER_ERROR: "blue"}
_SEVERITY_STYLES = {Severity.INFO: "blue", Severity.WARNING: "yellow", Severity.CRITICAL: "bold red"}
_JUDGED_STYLES = {MeasurementVerdict.FULL: "green", MeasurementVerdict.INCONCLUSIVE: "blue"}


def render_terminal(sheet: ScoreSheet, console: Console, language: str = "en") -> None:
    """Print the sheet: result, criteria, flags, what failed, measurements."""
    _Screen(look_at(sheet), console, load_words(language)).show()


class _Screen:
    """Prints one sheet on one console."""

    def __init__(self, view: SheetView, console: Console, words: Words) -> None:
        self._view = view
        self._console = console
        self._words = words
        self._figures = Figures(words)
        self._is_ascii = console.options.ascii_only

    def show(self) -> None:
        """Print everything, the result first."""
        sheet = self._view.sheet
        self._print(self._line(self._words.pick(sheet.challenge.title), "bold"), self._result())
        for sentence in [*sentences(self._view, self._words), sheet.summary]:
            if sentence:
                self._print(self._line(sentence))
        for flag in sheet.flags[:MOST_FAILED]:
            severity = self._line(
                f"{self._words(f'severity.{flag.severity}')}: ", _SEVERITY_STYLES[flag.severity]
            )
            self._print(severity + self._line(flag.message))
        if sheet.verdict in {Verdict.GRADER_ERROR, Verdict.BUILD_FAILED}:
            if sheet.output:
                self._block(self._words("state.log"), sheet.output[-4 * LONGEST_TEXT :])
            return
        self._criteria()
        self._failed()
        self._measurements()

    def _result(self) -> Line:
        sheet, words = self._view.sheet, self._words
        style = _VERDICT_STYLES.get(sheet.verdict, "red")
        verdict = self._line(words(f"verdict.{sheet.verdict}"), f"bold {style}")
        if sheet.verdict in {Verdict.GRADER_ERROR, Verdict.BUILD_FAILED}:
            return verdict + self._line(f", {words('page.no_total')}")
        total = self._line(f"{self._figures.points(sheet.total)} / 100", "bold")
        return total + self._line(f"  {words(f'level.{sheet.level}')}  ") + verdict

    def _criteria(self) -> None:
        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        table.add_column(overflow="fold")
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        for criterion in self._view.sheet.criteria:
            part = share(criterion.earned, criterion.points)
            table.add_row(
                self._line(self._words.pick(criterion.title)),
                self._bar(part),
                self._line(
                    f"{self._figures.points(criterion.earned)} / {self._figures.points(criterion.points)}"
                ),
            )
        self._print("", table)
        for criterion in self._view.sheet.criteria:
            if criterion.withheld:
                self._print(self._line(criterion.withheld, "yellow"))

    def _bar(self, part: float) -> Line:
        full, empty = ("#", ".") if self._is_ascii else ("█", "░")
        width = int(part * _BAR_WIDTH)
        style = "green" if part >= 0.8 else "yellow" if part >= 0.4 else "red"
        return Line(full * width, style) + Line(empty * (_BAR_WIDTH - width), "bright_black")

    def _failed(self) -> None:
        items = (*self._view.failed, *self._view.not_run)
        if not items:
            return
        self._print("", self._line(self._words("failed.title"), "bold"))
        for item in items[:MOST_FAILED]:
            self._check(item)
        if len(items) > MOST_FAILED:
            rest = self._words.count("checks", len(items) - MOST_FAILED)
            self._print(self._line(self._words("page.left_out", what=rest), "bright_black"))

    def _check(self, item: CheckView) -> None:
        check = item.check
        cross = "x" if self._is_ascii else "✗"
        points = f"{self._figures.points(check.earned)} / {self._figures.points(check.points)}"
        outcome = self._words(f"outcome.{check.outcome}")
        head = Line(f"{cross} ", "red") + self._line(self._words.pick(check.label), "bold")
        self._print(head + self._line(f"  {outcome}, {points}", "bright_black"))
        said = measured_in_words(item, self._words) or check.message
        if said:
            self._indent(self._line(said))
        if check.outcome is CheckOutcome.NOT_RUN or item.measurement:
            return
        for key, value in (("expected", check.expected), ("actual", check.actual)):
            if value:
                self._indent(
                    self._line(f"{self._words(f'failed.{key}')}: ", "bright_black") + self._line(value)
                )
        if check.counterexample:
            self._block(self._words("failed.counterexample"), check.counterexample)

    def _measurements(self) -> None:
        if not self._view.sheet.measurements:
            return
        self._print("", self._line(self._words("measurements.title"), "bold"))
        number = self._figures.number
        for item in self._view.sheet.measurements[:MOST_FAILED]:
            limits = (
                f"{self._words('measurements.full_at')} {number(item.full_at)}, "
                f"{self._words('measurements.zero_at')} {number(item.zero_at)}"
            )
            judged = self._line(
                self._words(f"judged.{item.verdict}"), _JUDGED_STYLES.get(item.verdict, "yellow")
            )
            figure = self._line(
                f"{number(item.ratio)} ({number(item.low)} … {number(item.high)}) {item.unit}"
            )
            self._print(self._line(self._words.pick(self._view.title_of(item))) + Line(": ") + figure)
            self._indent(judged + self._line(f"; {limits}", "bright_black"))

    def _block(self, title: str, text: str) -> None:
        lines = visible(cut(text, 4 * LONGEST_TEXT)[0]).split("\n")
        self._indent(self._line(f"{title}:", "bright_black"))
        for line in lines[:MOST_LINES]:
            self._indent(Line(self._encodable(cut(line, LONGEST_TEXT)[0].expandtabs(4))), 4)
        if len(lines) > MOST_LINES:
            rest = self._words.count("lines", len(lines) - MOST_LINES)
            self._indent(self._line(f"… {self._words('page.left_out', what=rest)}", "bright_black"), 4)

    def _line(self, text: str, style: str = "") -> Line:
        kept, missing = cut(text, LONGEST_TEXT)
        edges = kept[: len(kept) - len(kept.lstrip(" "))], kept[len(kept.rstrip(" ")) :]
        shown = one_line(kept).join(edges) if kept.strip(" ") else kept
        return Line(self._encodable(shown + ("…" if missing else "")), style)

    def _encodable(self, text: str) -> str:
        """Return what the console's encoding can hold."""
        encoding = self._console.encoding
        return text.encode(encoding, "backslashreplace").decode(encoding)

    def _indent(self, line: Line, width: int = 2) -> None:
        self._print(Padding(line, (0, 0, 0, width)))

    def _print(self, *parts: str | Line | Table | Padding) -> None:
        for part in parts:
            self._console.print(part, markup=False, highlight=False, emoji=False)
