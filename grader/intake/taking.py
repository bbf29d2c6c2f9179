"""Takes a submission in from wherever it is."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grader.errors import GradingFailed, SubmissionError
from grader.intake.archive import read_archive
from grader.intake.bounds import DEFAULT_BOUNDS, Bounds
from grader.intake.entry import DEFAULT_ENTRY, find_root
from grader.intake.folder import read_folder
from grader.intake.git_local import is_repository, read_local
from grader.intake.git_remote import read_remote
from grader.intake.location import Location, locate
from grader.intake.names import show, show_some
from grader.intake.settings import read_settings
from grader.intake.submission import Submission, digest_of
from grader.intake.tree import StoredFile, Tree, storing

Say = Callable[[str], None]


def _silent(_text: str) -> None:
    """Say nothing."""


@contextmanager
def take_in(
    source: str | Path, *, entry: str = DEFAULT_ENTRY, bounds: Bounds = DEFAULT_BOUNDS, say: Say = _silent
) -> Iterator[Submission]:
    """Take a submission in; its files are there until the context ends.

    `source` is a folder, an archive, or a git repository by path or URL with an optional `#ref`. `entry` is what
    the challenge starts (`module:Name`), by which the root is found. Raises `SubmissionError` of one line.
    """
    location = locate(source)
    with storing():
        temporary = tempfile.TemporaryDirectory(prefix="grader-submission-")
    with temporary as folder:
        try:
            submission = _take(location, Path(folder), entry, bounds, say)
        except SubmissionError as error:
            raise SubmissionError(f"{location.shown}: {error}") from None
        except PermissionError:
            raise SubmissionError(f"{location.shown}: cannot be read; give read permission") from None
        except OSError as error:
            raise GradingFailed(f"could not store the submission: {error.strerror or error}") from error
        yield submission


def _take(location: Location, folder: Path, entry: str, bounds: Bounds, say: Say) -> Submission:
    tree = Tree(folder / "tree", bounds)
    _gather(location, folder / "work", tree, say)
    if tree.left_out:
        say(f"left out {show_some(tree.left_out)}, which tools leave behind ({len(tree.left_out)} in all)")
    if not tree.files:
        only = f" but {show_some(tree.left_out)}, which is left out" if tree.left_out else ""
        raise SubmissionError(f"holds no file{only}; send your solution's files")
    root = find_root(tree.root, entry.partition(":")[0].replace(".", "/") + ".py")
    prefix = "" if root == tree.root else f"{root.name}/"
    files = {path.removeprefix(prefix): stored for path, stored in tree.files.items()}
    return Submission(
        root=root,
        digest=digest_of(files),
        source=location.shown,
        files=len(files),
        bytes=_total(files),
        settings=read_settings(root),
        left_out=tuple(sorted(tree.left_out)),
    )


def _total(files: dict[str, StoredFile]) -> int:
    return sum(stored.size for stored in files.values())


def _gather(location: Location, work: Path, tree: Tree, say: Say) -> None:
    """Fill `tree` from a location; `work` is a folder that git may fill meanwhile."""
    if location.url is not None:
        say(f"fetching {location.shown}")
        read_remote(location, work, tree)
        return
    path = location.path or Path(location.shown)
    if not path.is_dir():
        if location.is_repository:
            raise SubmissionError(f"{show(path.name)} is no git repository; leave '#' and what follows away")
        read_archive(path, tree)
    elif location.is_repository or is_repository(path):
        read_local(path, location.ref, work, tree)
    else:
        read_folder(path, tree)
