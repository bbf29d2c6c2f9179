"""What ends a test: the candidate's exceptions, the loss of the candidate, or a mistake of our own.

Exception
├── CandidateError     the candidate's code raised; a suite may expect it
├── Unexpected         an answer is not what was expected (an AssertionError)
└── ExaminerBroken     ours: the suite, the reference or the grader; never the candidate's loss
BaseException
└── SandboxLost        not to be swallowed by a suite, nor repeated by Hypothesis to find a smaller example
    ├── CallTimedOut     no answer in time
    ├── Crashed          the process ended, or closed the connection
    ├── ProtocolBroken   what came is no answer
    └── OutOfTime        the time for the whole examination is used up
"""

from __future__ import annotations

from grader.words import CheckOutcome


class CandidateError(Exception):
    """An exception of the candidate's code: its type's name, the names of all base classes, its message."""

    def __init__(self, type_name: str, mro: tuple[str, ...], message: str) -> None:
        super().__init__(type_name, mro, message)
        self.type = type_name
        self.mro = mro
        self.message = message

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


class Unexpected(AssertionError):  # noqa: N818 - as `expect` reads
    """Something other than what was expected, with both values as text where there are two."""

    def __init__(self, message: str, expected: str = "", actual: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.expected = expected
        self.actual = actual


class ExaminerBroken(Exception):  # noqa: N818 - a state of affairs
    """The suite, the reference or the grader failed: never the candidate's loss."""


class SandboxLost(BaseException):
    """A sandbox can no longer be asked; the message says why in plain words."""

    outcome = CheckOutcome.CRASHED

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CallTimedOut(SandboxLost):
    """No answer came in time."""

    outcome = CheckOutcome.TIMED_OUT


class Crashed(SandboxLost):
    """The process ended or closed the connection."""


class ProtocolBroken(SandboxLost):
    """What came is no answer."""


class OutOfTime(SandboxLost):
    """The time for the whole examination is used up."""

    outcome = CheckOutcome.NOT_RUN
