"""`grade`: a submission, a challenge and an engine in; a score sheet out."""

from grader.grading.grade import Grading, failed_sheet, grade
from grader.grading.packages import Supply

__all__ = ["Grading", "Supply", "failed_sheet", "grade"]
