"""The tree that a submission is stored in: it grows only by regular files, within bounds, in a folder of ours."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from grader.errors import GradingFailed, SubmissionError
from grader.intake.bounds import Bounds, Meter, show_bytes
from grader.intake.names import check, fold, left_out, show, split

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"


class Kind(StrEnum):
    """What an entry of a folder, an archive or a repository is; the value is its name in messages."""

    FILE = "a file"
    FOLDER = "a folder"
    SYMLINK = "a symbolic link"
    HARDLINK = "a hard link"
    SUBMODULE = "a git submodule"
    DEVICE = "a device"
    FIFO = "a named pipe"
    SOCKET = "a socket"
    OTHER = "neither a file nor a folder"


_REMEDIES = {
    Kind.SYMLINK: "put a copy of the file in its place",
    Kind.HARDLINK: "put a copy of the file in its place",
    Kind.SUBMODULE: "commit its files themselves",
}
_KINDS = {
    stat.S_IFREG: Kind.FILE,
    stat.S_IFDIR: Kind.FOLDER,
    stat.S_IFLNK: Kind.SYMLINK,
    stat.S_IFCHR: Kind.DEVICE,
    stat.S_IFBLK: Kind.DEVICE,
    stat.S_IFIFO: Kind.FIFO,
    stat.S_IFSOCK: Kind.SOCKET,
}


def kind_of(mode: int) -> Kind:
    """Return what a Unix file mode stands for."""
    return _KINDS.get(stat.S_IFMT(mode), Kind.OTHER)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file that was stored."""

    size: int
    sha256: bytes


class Tree:
    """Stores files under `root`. First ask with `place` where an entry goes, then `store` what it holds."""

    def __init__(self, root: Path, bounds: Bounds) -> None:
        self.root = root
        self.bounds = bounds
        self.files: dict[str, StoredFile] = {}
        self.left_out: set[str] = set()
        self._folders: set[str] = set()
        self._spellings: dict[str, str] = {}
        total = show_bytes(bounds.total_bytes)
        self._entries = Meter(
            bounds.entries, f"has more than {bounds.entries:,} entries; leave out what is not yours"
        )
        self._count = Meter(
            bounds.files, f"has more than {bounds.files:,} files; leave out what is not your solution"
        )
        self._total = Meter(
            bounds.total_bytes, f"holds more than {total}; leave out what is not your solution"
        )
        root.mkdir(mode=0o755)

    def place(self, name: str, kind: Kind) -> str | None:
        """Return the path of an entry in the tree, or `None` where it is left out.

        Raises `SubmissionError` for a name or a kind that cannot be taken, and for one that is there already.
        """
        self._entries.add(1)
        if ignored := left_out(split(name)):
            self.left_out.add(ignored)
            return None
        parts = check(name, self.bounds)
        if kind not in (Kind.FILE, Kind.FOLDER):
            raise SubmissionError(f"{show(name)} is {kind}; {_REMEDIES.get(kind, 'remove it')}")
        if kind is Kind.FILE and (not parts or name.endswith("/")):
            raise SubmissionError(f"{show(name)} is no name of a file; pack the submission again")
        self._claim(parts, kind)
        return "/".join(parts)

    def _claim(self, parts: tuple[str, ...], kind: Kind) -> None:
        """Note a path and its folders, or say which earlier one they cannot stand beside."""
        for depth in range(1, len(parts) + 1):
            path = "/".join(parts[:depth])
            earlier = self._spellings.setdefault(fold(path), path)
            if earlier != path:
                raise SubmissionError(
                    f"{show(earlier)} and {show(path)} are one name where case or accents do not count; rename one"
                )
            if depth < len(parts) or kind is Kind.FOLDER:
                self._folders.add(path)
            elif path in self.files:
                raise SubmissionError(f"{show(path)} is there twice; pack the submission again")
            else:
                self._count.add(1)
                self.files[path] = StoredFile(0, b"")
            if path in self.files and path in self._folders:
                raise SubmissionError(f"{show(path)} is both a file and a folder; rename one")

    def store(self, path: str, chunks: Iterable[bytes], *, is_executable: bool) -> None:
        """Write a file that has its place. Raises `SubmissionError` before the first byte over a bound is written."""
        digest, size, head = hashlib.sha256(), 0, b""
        limit = show_bytes(self.bounds.file_bytes)
        meter = Meter(
            self.bounds.file_bytes, f"{show(path)} is larger than {limit}; leave it out or make it smaller"
        )
        target = self.root / path
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with storing():
            target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            handle = os.open(target, flags, 0o755 if is_executable else 0o644)
        with open(handle, "wb") as stream:  # noqa: PTH123 - a descriptor has no path
            for chunk in chunks:
                meter.add(len(chunk))
                self._total.add(len(chunk))
                with storing():
                    stream.write(chunk)
                    stream.flush()
                digest.update(chunk)
                size += len(chunk)
                head = head if len(head) == len(_LFS_POINTER) else (head + chunk)[: len(_LFS_POINTER)]
        if head == _LFS_POINTER:
            raise SubmissionError(
                f"{show(path)} is a pointer of Git LFS; commit the file itself or leave it out"
            )
        self.files[path] = StoredFile(size, digest.digest())


class storing:  # noqa: N801 - reads as a clause: "with storing():"
    """Makes what goes wrong in our own folder, a full disk above all, our failure and not the candidate's."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise GradingFailed(
                f"could not store the submission: {error.strerror}; make room in the temporary folder"
            ) from error
