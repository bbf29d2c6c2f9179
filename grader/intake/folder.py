"""Reads a folder without following links, safely against somebody who changes it meanwhile."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from grader.errors import SubmissionError
from grader.intake.bounds import CHUNK_BYTES
from grader.intake.names import show
from grader.intake.tree import Kind, Tree, kind_of

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK, opening a pipe that took a file's place would wait for its other end.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def read_folder(source: Path, tree: Tree) -> None:
    """Copy what a folder holds into `tree`. Raises `SubmissionError`."""
    try:
        folder = os.open(source.resolve(strict=True), _OPEN_FOLDER)
    except (OSError, RuntimeError):
        raise SubmissionError("cannot be opened as a folder; check that it is there and readable") from None
    try:
        _read(folder, "", tree)
    finally:
        os.close(folder)


def _read(folder: int, prefix: str, tree: Tree) -> None:
    """Copy an open folder; `prefix` is its path in the submission, with a slash at its end unless it is the root."""
    for name in _names(folder, prefix, tree.bounds.entries):
        path = prefix + name
        try:
            kind = kind_of(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
            place = tree.place(path, kind)
            if place is None:
                continue
            if kind is Kind.FOLDER:
                _descend(folder, name, path, tree)
            else:
                _copy(folder, name, path, tree)
        except PermissionError:
            raise SubmissionError(f"{show(path)} cannot be read; give read permission or remove it") from None
        except OSError as error:
            raise SubmissionError(
                f"{show(path)} changed while it was read ({error.strerror}); try again"
            ) from None


def _names(folder: int, prefix: str, limit: int) -> list[str]:
    """Return the sorted names of an open folder, without holding more than `limit` of them."""
    names: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            names.append(entry.name)
            if len(names) > limit:
                where = show(prefix) if prefix else "the folder"
                raise SubmissionError(f"{where} has more than {limit:,} entries; leave out what is not yours")
    return sorted(names)


def _descend(folder: int, name: str, path: str, tree: Tree) -> None:
    inner = os.open(name, _OPEN_FOLDER, dir_fd=folder)
    try:
        _read(inner, path + "/", tree)
    finally:
        os.close(inner)


def _copy(folder: int, name: str, path: str, tree: Tree) -> None:
    """Copy one regular file; what is open is what counts, not what its name stood for before."""
    with open_file(folder, name) as handle:
        before = os.fstat(handle.descriptor)
        tree.store(path, handle.chunks(), is_executable=bool(before.st_mode & stat.S_IXUSR))
        after = os.fstat(handle.descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise SubmissionError(f"{show(path)} changed while it was read; try again")


class open_file:  # noqa: N801 - used as the built-in `open` is
    """A regular file opened by its name in an open folder. Raises `OSError` where it is anything else."""

    def __init__(self, folder: int, name: str) -> None:
        self.descriptor = os.open(name, _OPEN_FILE, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(self.descriptor).st_mode):
            os.close(self.descriptor)
            raise FileNotFoundError(0, "no longer a regular file")

    def __enter__(self) -> open_file:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self.descriptor)

    def chunks(self) -> Iterator[bytes]:
        """Yield what the file holds, piece by piece."""
        while chunk := os.read(self.descriptor, CHUNK_BYTES):
            yield chunk
