"""A whole grading of a folder, as tests of small challenges need it."""

from __future__ import annotations

from pathlib import Path

from grader.catalogue import Catalogue
from grader.challenge import Challenge
from grader.grading import Grading, grade
from grader.intake import take_in
from grader.score_sheet import ScoreSheet
from sandbox import Engine


def grade_folder(
    folder: Path, catalogue: Catalogue, challenge: Challenge, engine: Engine, seed: int | None = None
) -> ScoreSheet:
    """Take a folder in and grade it."""
    with take_in(folder, entry=challenge.root_entry) as submission:
        return grade(Grading(challenge, catalogue, submission, engine, seed), lambda _: None)
