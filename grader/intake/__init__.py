"""Takes a submission in: a folder, an archive or a git repository becomes a bounded tree that is ours alone."""

from grader.intake.bounds import Bounds
from grader.intake.entry import find_root, resolve_entry
from grader.intake.settings import Settings
from grader.intake.submission import Submission
from grader.intake.taking import take_in

__all__ = ["Bounds", "Settings", "Submission", "find_root", "resolve_entry", "take_in"]
