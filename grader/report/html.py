"""The pages: one for the interviewer with everything, one for the candidate that gives nothing away."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.report.code import CodeFile, code_files
from grader.report.page import render
from grader.report.sentences import measured_in_words, sentences
from grader.report.view import look_at
from grader.report.words import load_words
from grader.score_sheet import CriterionRecord, Note, ScoreSheet, Text
from grader.words import CheckOutcome, Verdict

QUALITY = "quality"
"""The criterion whose notes speak of the candidate's own lines, and so may be shown to them."""

CORRECTNESS = "correctness"
"""The criterion that is judged by calling the submission."""

_MOST_NOTES = 100


def to_html(sheet: ScoreSheet, language: str = "en") -> str:
    """Return the interviewer's page: one file that asks for nothing from anywhere."""
    words = load_words(language)
    view = look_at(sheet)
    code = code_files(sheet.files, [item.note for item in view.notes])
    return render(
        "report.html.j2",
        words,
        sheet=sheet,
        view=view,
        sentences=sentences(view, words),
        measured_in_words=measured_in_words,
        code=code,
        opened=_to_open(code),
    )


def _to_open(code: tuple[CodeFile, ...]) -> int:
    """Return the file to show unfolded: the first with notes, else the first module, else the first."""
    noted = (file.index for file in code if file.has_notes)
    modules = (file.index for file in code if file.path.endswith(".py"))
    return next(noted, next(modules, code[0].index if code else 0))


def to_candidate_html(sheet: ScoreSheet, language: str = "en") -> str:
    """Return the candidate's page: points by criterion, hints and notes on their own lines.

    No check is named or counted, and nothing that a check saw or said is on it. What the submission printed is
    shown only where it did not start and no check ran: later output may hold hidden inputs.
    """
    words = load_words(language)
    is_judged = sheet.verdict not in {Verdict.BUILD_FAILED, Verdict.GRADER_ERROR}
    return render(
        "candidate.html.j2",
        words,
        title=sheet.challenge.title,
        verdict=sheet.verdict,
        total=math.floor(sheet.total),
        is_judged=is_judged,
        criteria=[_for_candidate(criterion) for criterion in sheet.criteria] if is_judged else [],
        notes=_quality_notes(sheet) if is_judged else (),
        reason=sheet.summary if sheet.verdict is Verdict.BUILD_FAILED else "",
        log=sheet.output if sheet.verdict is Verdict.BUILD_FAILED and _is_untouched(sheet) else "",
        digest=sheet.submission.digest,
        finished_at=sheet.finished_at,
    )


@dataclass(frozen=True, slots=True)
class _CandidateCriterion:
    """What a candidate sees of a criterion; whole points, since parts would tell single checks apart."""

    title: Text
    points: float
    earned: int
    is_withheld: bool
    hints: tuple[Text, ...]


def _is_untouched(sheet: ScoreSheet) -> bool:
    """Whether no call reached the submission, so that what it printed knows nothing of the suite.

    Correctness tells: it is asked by calls, while other criteria may have been answered from the source alone.
    """
    checks = (
        check for criterion in sheet.criteria for check in criterion.checks if criterion.id == CORRECTNESS
    )
    return all(check.outcome is CheckOutcome.NOT_RUN for check in checks)


def _for_candidate(criterion: CriterionRecord) -> _CandidateCriterion:
    hints: list[Text] = []
    for check in criterion.checks:
        hint = check.candidate_hint
        if check.outcome is not CheckOutcome.PASSED and hint and hint not in hints:
            hints.append(hint)
    earned = math.floor(criterion.earned) if math.isfinite(criterion.earned) else 0
    return _CandidateCriterion(
        criterion.title, criterion.points, earned, bool(criterion.withheld), tuple(hints)
    )


def _quality_notes(sheet: ScoreSheet) -> tuple[Note, ...]:
    criteria = [criterion for criterion in sheet.criteria if criterion.id == QUALITY]
    checks = [check for criterion in criteria for check in criterion.checks]
    return tuple(dict.fromkeys(note for check in checks for note in check.notes))[:_MOST_NOTES]
