"""Tells archives apart by what they hold, never by their names."""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from pathlib import Path
from typing import BinaryIO

from grader.errors import SubmissionError
from grader.intake.bounds import Bounds, show_bytes
from grader.intake.tar_archive import is_tar, read_tar
from grader.intake.tree import Tree
from grader.intake.zip_archive import read_zip

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK")
_GZIP = b"\x1f\x8b"
_OTHERS = {
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ\x00": "an xz file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
}
_ACCEPTED = "send a folder, a .zip, a .tar.gz or a git repository"
_HEAD_BYTES = 512
_ZIP_TAIL_BYTES = 22 + 65_535


def read_archive(source: Path, tree: Tree) -> None:
    """Copy what an archive holds into `tree`. Raises `SubmissionError`."""
    try:
        descriptor = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        raise SubmissionError(f"cannot be opened ({error.strerror}); check that it is readable") from None
    with open(descriptor, "rb") as stream:  # noqa: PTH123 - a descriptor has no path
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SubmissionError(f"is neither a file nor a folder; {_ACCEPTED}")
        try:
            _read_by_content(stream, tree)
        except OSError as error:
            raise SubmissionError(f"cannot be read ({error.strerror or error}); pack it again") from None


def _read_by_content(stream: BinaryIO, tree: Tree) -> None:
    size = _size(stream, tree.bounds)
    head = stream.read(_HEAD_BYTES)
    stream.seek(0)
    if head.startswith(_ZIP):
        read_zip(stream, size, tree)
    elif head.startswith(_GZIP):
        _read_gzip(stream, size, tree)
    elif is_tar(head):
        read_tar(stream, size, tree)
    else:
        raise SubmissionError(_unknown(head, stream, size))


def _size(stream: BinaryIO, bounds: Bounds) -> int:
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    if size > bounds.archive_bytes:
        limit = show_bytes(bounds.archive_bytes)
        raise SubmissionError(f"is larger than {limit}; leave out what is not your solution")
    return size


def _read_gzip(stream: BinaryIO, size: int, tree: Tree) -> None:
    """Read a compressed tar to its very end, so that its checksum is compared too."""
    try:
        with gzip.GzipFile(fileobj=stream, mode="rb") as unpacked:
            read_tar(unpacked, size, tree)
    except EOFError:
        raise SubmissionError("is cut short; pack or upload it again") from None
    except (gzip.BadGzipFile, zlib.error):
        raise SubmissionError(
            "is damaged: its checksum or compression is wrong; pack or upload it again"
        ) from None


def _unknown(head: bytes, stream: BinaryIO, size: int) -> str:
    """Return why a file is no archive that could be read."""
    if not head:
        return f"is an empty file; {_ACCEPTED}"
    for magic, name in _OTHERS.items():
        if head.startswith(magic):
            return f"is {name}; {_ACCEPTED}"
    stream.seek(max(0, size - _ZIP_TAIL_BYTES))
    if b"PK\x05\x06" in stream.read():
        return "has data before the zip archive that it holds; pack it again as a plain .zip"
    return f"is no archive (neither zip nor tar); {_ACCEPTED}"
