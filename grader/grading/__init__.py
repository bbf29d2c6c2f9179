"""`grade`: a submission, a challenge and an engine in; a score sheet out."""

from grader.grading.grade import Grading, failed_sheet, grade

__all__ = ["Grading", "failed_sheet", "grade"]
