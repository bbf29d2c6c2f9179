"""Finds the commit that a submission's `#ref` means among what a repository offers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.errors import SubmissionError
from grader.intake.names import show, show_some

_FULL_ID = re.compile(r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")
_SHORT_ID = re.compile(r"^[0-9a-f]{7,63}$")
_SHOWN = re.compile(r"^refs/(?:heads|tags)/")


def is_object_id(text: str) -> bool:
    """Say whether a text is the full id of an object."""
    return _FULL_ID.match(text) is not None


def choose(refs: Mapping[str, str], ref: str | None) -> str:
    """Return the object id of `ref`: a branch, a tag, a full commit id, and `HEAD` where it is `None`.

    `refs` are full names and ids. Raises `SubmissionError` that names some of those that are there.
    """
    wanted = ref or "HEAD"
    names = ("HEAD",) if wanted == "HEAD" else (f"refs/heads/{wanted}", f"refs/tags/{wanted}", wanted)
    for name in names:
        if name in refs and (name == "HEAD" or name.startswith("refs/")):
            return refs[name]
    lowered = wanted.lower()
    if is_object_id(lowered):
        return lowered
    there = [_SHOWN.sub("", name) for name in refs if _SHOWN.match(name) and not name.endswith("^{}")]
    if not there:
        raise SubmissionError("is a repository without a commit; commit and push your solution")
    if ref is None:
        raise SubmissionError(f"has no default branch; add one of {show_some(there)} after '#'")
    if _SHORT_ID.match(lowered):
        raise SubmissionError(f"has no branch or tag {show(wanted)}; give a commit by its full id")
    raise SubmissionError(f"has no branch or tag {show(wanted)}; there are {show_some(there)}")
