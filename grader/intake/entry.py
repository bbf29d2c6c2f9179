"""Finds a submission's root and the module that a challenge's entry names in it."""

from __future__ import annotations

from pathlib import Path

from grader.errors import SubmissionError
from grader.intake.names import show, show_some
from grader.intake.settings import FILE_NAME
from grader.intake.submission import Submission

DEFAULT_ENTRY = "solution:LRUCache"


def find_root(tree: Path, entry_file: str) -> Path:
    """Return the folder that holds `submission.toml`, else the entry file; one wrapping folder is looked through.

    Where neither is found, it is the folder in which a person would look for them.
    """
    inside = list(tree.iterdir())
    wrapping = inside[0] if len(inside) == 1 and inside[0].is_dir() else None
    for folder in (tree, wrapping):
        if folder is not None and (folder / FILE_NAME).is_file():
            return folder
    if wrapping is None or _module_file(tree, entry_file.removesuffix(".py")) is not None:
        return tree
    return wrapping


def resolve_entry(submission: Submission, default: str = DEFAULT_ENTRY) -> str:
    """Return the entry as `module:Name`: what `submission.toml` says, else `default`.

    Raises `SubmissionError` where no file of the submission is that module.
    """
    entry = submission.settings.entry or default
    module = entry.partition(":")[0].replace(".", "/")
    if _module_file(submission.root, module) is None:
        raise SubmissionError(_missing(submission, entry, module))
    return entry


def _module_file(root: Path, module: str) -> Path | None:
    """Return the file that Python would import for a module's path, if it is there."""
    candidates = (root / module / "__init__.py", root / f"{module}.py")
    return next((path for path in candidates if path.is_file()), None)


def _missing(submission: Submission, entry: str, module: str) -> str:
    """Return one line: what was looked for, where it may be meant to be, and what is there."""
    named = f" (run.entry of {FILE_NAME} is {show(entry)})" if submission.settings.entry else ""
    paths = submission.paths()
    name = Path(module).name
    elsewhere = [path for path in paths if path.endswith((f"/{name}.py", f"/{name}/__init__.py"))]
    if elsewhere:
        remedy = f"found {show_some(elsewhere, 3)}; move it to the root, or name it in {FILE_NAME} under [run] entry"
    else:
        remedy = f"there are {show_some(_top(paths))}; add it, or name yours in {FILE_NAME} under [run] entry"
    return f"{submission.source}: no {module}.py or {module}/__init__.py at its root{named}; {remedy}"


def _top(paths: list[str]) -> set[str]:
    """Return the first parts of paths, folders with a slash at their end."""
    return {first + slash for first, slash, _ in (path.partition("/") for path in paths)}
