"""What can be wrong with a submission's dependencies.

SubmissionError
└── DependencyError   what the submission asks for cannot be had here; the verdict is "build_failed"

An index that does not answer is ours: `GradingFailed`.
"""

from __future__ import annotations

from grader.errors import SubmissionError


class DependencyError(SubmissionError):
    """The submission's dependencies cannot be installed; one line that tells the candidate what to change."""
