"""Turns what pip said when it failed into one line for the candidate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from grader.dependencies.errors import DependencyError
from grader.dependencies.requirements import Requirements
from grader.dependencies.simple_page import Page

_NOT_FOUND = re.compile(r"^ERROR: No matching distribution found for (.+?)(?: \(from .+\))?$", re.MULTILINE)
_NEEDED_BY = re.compile(
    r"Could not find a version that satisfies the requirement .+? \(from ((?!versions)[^)]+)\)"
)
_FULL = ("No space left on device", "No usable temporary directory")
_ELSEWHERE = re.compile(r"^Collecting (\S+?) ?@ (\S+)(?: \(from (\S+?)(?:->.*)?\))?$", re.MULTILINE)
_CAUSE = re.compile(r"The conflict is caused by:\n((?:[ \t]+\S.*\n?)+)")
_HELD = re.compile(r"The user requested \(constraint\) (\S+?)==(\S+)")
_ASKED = re.compile(r"The user requested (.+)")
_OUTSIDE = re.compile(r"The wheel \S*?([^/\s]+\.whl)\S* has a file .* trying to install outside")
_BROKEN = re.compile(r"([^/\s'\"]+\.whl)")
_SHOWN_VERSIONS = 8


def explain(said: str, requirements: Requirements, pages: Mapping[str, Sequence[Page]]) -> DependencyError:
    """Return the error for a step of pip's that failed, from its words and from what the index had."""
    source = requirements.source
    if any(words in said for words in _FULL):
        return DependencyError(f"{source}: the dependencies are too large to be installed; ask for fewer")
    if causes := _CAUSE.search(said):
        return DependencyError(f"{source}: {_conflict(causes[1], source)}")
    if elsewhere := _ELSEWHERE.search(said):
        name, address, by = elsewhere.groups()
        return DependencyError(
            f"{source}: {by or 'a dependency'} needs {name} from {address[:200]}, and packages come from the package "
            "index alone; use another version of it"
        )
    if missing := _NOT_FOUND.search(said):
        by = _NEEDED_BY.search(said)
        place = _place(missing[1], requirements) or f"{source}: needed by {by[1] if by else 'a dependency'}"
        return DependencyError(f"{place}: {_missing(missing[1], pages)}")
    if outside := _OUTSIDE.search(said):
        return DependencyError(
            f"{source}: {outside[1]} has a file that lies outside of its package; use another"
        )
    return DependencyError(f"{source}: {_last_words(said)}")


def _conflict(causes: str, source: str) -> str:
    lines = [line.strip() for line in causes.splitlines() if line.strip()]
    told = [_HELD.sub(r"\1 \2 is always installed", line) for line in lines]
    told = [_ASKED.sub(rf"{source} asks for \1", line) for line in told]
    return f"these do not go together: {'; '.join(dict.fromkeys(told))}"


def _place(wish: str, requirements: Requirements) -> str:
    name = _name(wish)
    return next((wanted.place for wanted in requirements.wanted if wanted.name == name), "")


def _name(wish: str) -> str:
    try:
        return canonicalize_name(Requirement(wish).name)
    except InvalidRequirement:
        return wish


def _missing(wish: str, pages: Mapping[str, Sequence[Page]]) -> str:
    name = _name(wish)
    found = pages.get(name, ())
    wheels = [wheel for page in found for wheel in page.wheels]
    if not wheels and any(page.sources for page in found):
        return f"the package index has {name} as source archives only, and nothing is built here; expected a wheel"
    if not wheels:
        return f"the package index knows no package {name!r}; check its spelling"
    versions = sorted({Version(wheel.version) for wheel in wheels}, reverse=True)
    try:
        fitting = [one for one in versions if Requirement(wish).specifier.contains(one, prereleases=True)]
    except InvalidRequirement:
        fitting = versions
    if fitting:
        return f"{wish}: no wheel of it fits the Python and system here; there are wheels for others only"
    shown = ", ".join(map(str, versions[:_SHOWN_VERSIONS]))
    more = ", ..." if len(versions) > _SHOWN_VERSIONS else ""
    return f"{wish}: there is no wheel of such a version; there are {shown}{more}"


def _last_words(said: str) -> str:
    """Return pip's own last error, without addresses of the build's inside."""
    lines = [line for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    last = errors[-1] if errors else (lines[-1] if lines else "pip gave no reason")
    if last.startswith("Exception") and lines:
        last = lines[-1]
    shown = re.sub(r"\(?(?:from )?https?://127\.0\.0\.1\S*\)?", "", last)
    return f"pip could not install the dependencies: {shown.strip()[:300]}"
