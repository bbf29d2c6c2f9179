"""The two or three sentences at the top of a report, made from what the sheet holds."""

from __future__ import annotations

from grader.report.figures import Figures
from grader.report.harmless import cut
from grader.report.view import CheckView, SheetView
from grader.report.words import Words
from grader.score_sheet import CriterionRecord
from grader.words import MeasurementVerdict, Verdict

_NEARLY = 1e-6
_SHORT = frozenset({MeasurementVerdict.REDUCED, MeasurementVerdict.NONE})


def sentences(view: SheetView, words: Words) -> list[str]:
    """Say what decides about the submission: its state, what failed, where it is weak, what was measured."""
    verdict = view.sheet.verdict
    if verdict in {Verdict.GRADER_ERROR, Verdict.BUILD_FAILED}:
        return [words(f"state.{verdict}")]
    said = [words("state.unsafe")] if verdict is Verdict.UNSAFE else []
    heaviest = _heaviest(view)
    said += _on_checks(view, words, heaviest)
    said += _on_criteria(view, words)
    said += _on_measurements(view, words, heaviest)
    return said[:3]


def _heaviest(view: SheetView) -> CheckView | None:
    """Return the failed check that decides most: a gate, else the one that lost most points."""
    gates = (item for item in view.failed if item.check.is_gate)
    return next(gates, None) or max(view.failed, key=lambda item: item.lost, default=None)


def _on_checks(view: SheetView, words: Words, heaviest: CheckView | None) -> list[str]:
    if heaviest:
        return [_on_failed(view, words, heaviest)]
    if view.not_run:
        total = words.count("checks", view.checks)
        return [words("sentence.not_run", n=len(view.not_run), total=total)]
    if not view.checks:
        return []
    is_full = all(criterion.earned >= criterion.points - _NEARLY for criterion in view.sheet.criteria)
    return [words("sentence.all" if is_full else "sentence.passed", n=view.checks, total=view.checks)]


def _on_failed(view: SheetView, words: Words, heaviest: CheckView) -> str:
    figures = Figures(words)
    said = words(
        "sentence.gate" if heaviest.check.is_gate else "sentence.failed",
        failed=len(view.failed),
        total=words.count("checks", view.checks),
        label=cut(words.pick(heaviest.check.label), 300)[0],
        lost=figures.points(heaviest.lost),
        points=figures.points(heaviest.check.points),
    )
    measured = measured_in_words(heaviest, words)
    return f"{said} {measured}" if measured else said


def _on_criteria(view: SheetView, words: Words) -> list[str]:
    figures = Figures(words)
    short = [criterion for criterion in view.sheet.criteria if criterion.earned < criterion.points - _NEARLY]
    if not short:
        return []
    withheld = next((criterion for criterion in short if criterion.withheld), None)
    if withheld:
        return [words("sentence.withheld", title=words.pick(withheld.title))]
    worst = max(short, key=_lost)
    weak = words(
        "sentence.weak",
        title=words.pick(worst.title),
        earned=figures.points(worst.earned),
        points=figures.points(worst.points),
    )
    full = [words.pick(criterion.title) for criterion in view.sheet.criteria if criterion not in short]
    return [" ".join([weak, words("sentence.strong", titles=", ".join(full))]) if full else weak]


def _lost(criterion: CriterionRecord) -> float:
    return criterion.points - criterion.earned


def measured_in_words(item: CheckView, words: Words) -> str:
    """Say what was measured for a check that lost points by it; nothing for any other check."""
    measurement, figures = item.measurement, Figures(words)
    if measurement is None or measurement.verdict not in _SHORT:
        return ""
    return words(
        "sentence.measured",
        ratio=figures.number(measurement.ratio),
        unit=cut(measurement.unit, 100)[0],
        full_at=figures.number(measurement.full_at),
        zero_at=figures.number(measurement.zero_at),
    )


def _on_measurements(view: SheetView, words: Words, heaviest: CheckView | None) -> list[str]:
    for item in view.failed:
        measured = measured_in_words(item, words)
        if measured and item is not heaviest:
            return [f"{words('sentence.quoted', label=words.pick(item.check.label))} {measured}"]
    return []
