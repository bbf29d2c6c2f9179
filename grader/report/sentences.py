"""The two or three sentences at the top of a report, made from what the sheet holds."""

from __future__ import annotations

from grader.report.figures import Figures
from grader.report.view import CheckView, SheetView
from grader.report.words import Words
from grader.score_sheet import CriterionRecord
from grader.words import MeasurementVerdict, Verdict

_NEARLY = 1e-6


def sentences(view: SheetView, words: Words) -> list[str]:
    """Say what decides about the submission: its state, what failed, where it is weak, what was measured."""
    verdict = view.sheet.verdict
    if verdict in {Verdict.GRADER_ERROR, Verdict.BUILD_FAILED}:
        return [words(f"state.{verdict}")]
    said = [words("state.unsafe")] if verdict is Verdict.UNSAFE else []
    said += _on_checks(view, words)
    said += _on_criteria(view, words)
    said += _on_measurements(view, words)
    return said[:3]


def _on_checks(view: SheetView, words: Words) -> list[str]:
    total = words.count("checks", view.checks)
    if view.failed:
        return [_on_failed(view, words, total)]
    if view.not_run:
        return [words("sentence.not_run", n=len(view.not_run), total=total)]
    if not view.checks:
        return []
    is_full = all(criterion.earned >= criterion.points - _NEARLY for criterion in view.sheet.criteria)
    return [words("sentence.all" if is_full else "sentence.passed", n=view.checks, total=view.checks)]


def _on_failed(view: SheetView, words: Words, total: str) -> str:
    figures = Figures(words)
    gate = next((item for item in view.failed if item.check.is_gate), None)
    heaviest = gate or max(view.failed, key=lambda item: item.lost)
    return words(
        "sentence.gate" if gate else "sentence.failed",
        failed=len(view.failed),
        total=total,
        label=words.pick(heaviest.check.label),
        lost=figures.points(heaviest.lost),
        points=figures.points(heaviest.check.points),
    )


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


def _on_measurements(view: SheetView, words: Words) -> list[str]:
    judged = {MeasurementVerdict.REDUCED, MeasurementVerdict.NONE}
    short: list[CheckView] = [
        item for item in view.failed if item.measurement and item.measurement.verdict in judged
    ]
    if not short or short[0].measurement is None:
        return []
    worst, figures = short[0], Figures(words)
    measurement = short[0].measurement
    return [
        words(
            "sentence.measured",
            label=words.pick(worst.check.label),
            ratio=figures.number(measurement.ratio),
            unit=measurement.unit,
            full_at=figures.number(measurement.full_at),
            zero_at=figures.number(measurement.zero_at),
        )
    ]
