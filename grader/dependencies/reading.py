"""Reads what a submission asks for out of its `requirements.txt` or `pyproject.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from grader.dependencies.errors import DependencyError
from grader.dependencies.requirements import Requirements, Wanted, parse_wanted, sorted_once
from grader.intake import Submission

_LIST, _PROJECT = "requirements.txt", "pyproject.toml"
_MOST_BYTES = 64 * 1024
_MOST_WANTED = 100
_COMMENT = re.compile(r"(^|\s)#.*$")


def read_requirements(submission: Submission) -> Requirements:
    """Return what a submission asks for, nothing where it has neither file. Raises `DependencyError`.

    Where both files are there, `requirements.txt` counts alone.
    """
    listed, project = submission.root / _LIST, submission.root / _PROJECT
    if listed.is_file():
        wanted = [parse_wanted(text, place) for place, text in _lines(_read(listed))]
        unread = _PROJECT if project.is_file() else ""
        return _bounded(wanted, _LIST, unread)
    if project.is_file():
        return _bounded(_of_project(_read(project)), _PROJECT, "")
    return Requirements()


def _bounded(wanted: list[Wanted], source: str, unread: str) -> Requirements:
    kept = sorted_once(wanted)
    if len(kept) > _MOST_WANTED:
        raise DependencyError(f"{source}: {len(kept)} requirements; expected at most {_MOST_WANTED}")
    return Requirements(kept, source, unread)


def _read(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise DependencyError(f"{path.name}: over {_MOST_BYTES // 1024} KiB; list only what the code imports")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DependencyError(
            f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from None


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each requirement with its place; a backslash at the end of a line joins the next one to it."""
    joined, first = "", 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        first = first or number
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            joined += line[:-1].strip() + " "
            continue
        joined += "" if is_comment else line
        if stripped := _COMMENT.sub("", joined).strip():
            yield f"{_LIST}: line {first}", stripped
        joined, first = "", 0


def _of_project(text: str) -> list[Wanted]:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DependencyError(f"{_PROJECT}: {error}; expected TOML") from None
    project = document.get("project", {})
    asked = project.get("dependencies", []) if isinstance(project, dict) else []
    if not isinstance(asked, list) or not all(isinstance(one, str) for one in asked):
        raise DependencyError(f"{_PROJECT}: project.dependencies is not a list of strings")
    return [
        parse_wanted(one.strip(), f"{_PROJECT}: project.dependencies[{number}]")
        for number, one in enumerate(asked)
    ]
