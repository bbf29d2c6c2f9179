"""A score sheet put in a reader's order: what failed first, the questions beside it, then the rest."""

from __future__ import annotations

from dataclasses import dataclass

from grader.report.code import line_anchor, shown_lines
from grader.score_sheet import CheckRecord, CriterionRecord, FollowUp, Measurement, Note, ScoreSheet, Text
from grader.words import CheckOutcome

MOST_NOTES = 300
"""Notes that a report shows; the sheet itself keeps them all."""

MOST_QUESTIONS = 50
"""Questions that a report shows; a sheet that the grader wrote has far fewer."""


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check with what belongs to it."""

    criterion: CriterionRecord
    check: CheckRecord
    anchor: str
    question: Text | None
    measurement: Measurement | None

    @property
    def lost(self) -> float:
        """The points that were not earned."""
        return self.check.points - self.check.earned


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note, and the anchor of its line in the code view where that line is shown."""

    note: Note
    check: CheckRecord
    anchor: str | None


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question for the interview, why it is asked, and the anchor of the check that called for it, if shown."""

    follow_up: FollowUp
    why: Text
    anchor: str | None


@dataclass(frozen=True, slots=True)
class SheetView:
    """A score sheet's parts in the order in which they are read."""

    sheet: ScoreSheet
    failed: tuple[CheckView, ...]
    not_run: tuple[CheckView, ...]
    passed: tuple[CheckView, ...]
    questions: tuple[QuestionView, ...]
    notes: tuple[NoteView, ...]
    more_notes: int

    @property
    def checks(self) -> int:
        """How many checks there are."""
        return len(self.failed) + len(self.not_run) + len(self.passed)

    def title_of(self, measurement: Measurement) -> Text:
        """Return the label of the check that a measurement answers, or its id."""
        checks = (check for criterion in self.sheet.criteria for check in criterion.checks)
        labels = (check.label for check in checks if check.measurement == measurement.id)
        return next(labels, {"en": measurement.id})


def look_at(sheet: ScoreSheet) -> SheetView:
    """Order a sheet's checks (gates first, then by points lost) and join questions, figures and notes to them."""
    checks = _checks(sheet)
    failed = [
        view for view in checks if view.check.outcome not in {CheckOutcome.PASSED, CheckOutcome.NOT_RUN}
    ]
    failed.sort(key=lambda view: (not view.check.is_gate, -view.lost))
    notes = _notes(sheet)
    return SheetView(
        sheet=sheet,
        failed=tuple(failed),
        not_run=tuple(view for view in checks if view.check.outcome is CheckOutcome.NOT_RUN),
        passed=tuple(view for view in checks if view.check.outcome is CheckOutcome.PASSED),
        questions=_questions(sheet, checks),
        notes=notes[:MOST_NOTES],
        more_notes=max(0, len(notes) - MOST_NOTES),
    )


def _checks(sheet: ScoreSheet) -> list[CheckView]:
    questions = {item.check: item.question for item in sheet.follow_ups}
    measurements = {measurement.id: measurement for measurement in sheet.measurements}
    return [
        CheckView(
            criterion=criterion,
            check=check,
            anchor=f"c{row}-{column}",
            question=questions.get(check.id),
            measurement=measurements.get(check.measurement) if check.measurement else None,
        )
        for row, criterion in enumerate(sheet.criteria)
        for column, check in enumerate(criterion.checks)
    ]


def _questions(sheet: ScoreSheet, checks: list[CheckView]) -> tuple[QuestionView, ...]:
    """Return the questions in the sheet's order; one that does not say why is asked because of its check."""
    labels = {view.check.id: view.check.label for view in checks}
    anchors = {
        view.check.id: view.anchor for view in checks if view.check.outcome is not CheckOutcome.NOT_RUN
    }
    return tuple(
        QuestionView(item, item.why or labels.get(item.check, {}), anchors.get(item.check))
        for item in sheet.follow_ups[:MOST_QUESTIONS]
    )


def _notes(sheet: ScoreSheet) -> tuple[NoteView, ...]:
    shown = enumerate(zip(sheet.files, shown_lines(sheet.files), strict=True))
    places = {file.path: (index, lines) for index, (file, lines) in shown}
    views = []
    for criterion in sheet.criteria:
        for check in criterion.checks:
            for note in check.notes:
                index, lines = places.get(note.path, (0, 0))
                is_shown = 0 < note.line <= lines
                views.append(NoteView(note, check, line_anchor(index, note.line) if is_shown else None))
    return tuple(views)
