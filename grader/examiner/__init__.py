"""The trusted side: runs a hidden suite against a candidate in another sandbox, and writes evidence."""

from grader.examiner.current import current_candidate
from grader.examiner.errors import CandidateError, Unexpected
from grader.examiner.expectation import expect
from grader.examiner.remote import RemoteObject, RemoteValue
from grader.examiner.subject import Result, Subject

__all__ = [
    "CandidateError",
    "RemoteObject",
    "RemoteValue",
    "Result",
    "Subject",
    "Unexpected",
    "current_candidate",
    "expect",
]
