"""Errors of the grader, in three families that are never mixed.

GraderError
├── SubmissionError   the candidate's: what was submitted cannot be graded; exit 2
├── ChallengeError    the author's: a challenge, its reference solutions or a bank of questions is wrong; exit 2
├── UsageError        the caller's: a wrong argument or file; exit 2
└── GradingFailed     ours: the grader or its engine failed; no score, exit 3
"""


class GraderError(Exception):
    """Base of every error that the command line turns into one line."""


class SubmissionError(GraderError):
    """The submission cannot be graded; the message tells the candidate what to change."""


class ChallengeError(GraderError):
    """What an author wrote is wrong: file, key, what was found and what was expected."""


class UsageError(GraderError):
    """The caller asked for something that is not there or does not fit."""


class GradingFailed(GraderError):  # noqa: N818 - a state of affairs; "GradingFailedError" says no more
    """The grader failed; nothing is said about the submission."""
