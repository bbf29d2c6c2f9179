"""Reads tar archives strictly, member by member, as a stream that is never held in memory.

The standard library's reader loads extended headers of any size and takes a damaged header for the end; here a
header block is parsed by it, and everything around is bounded and has to fit to the last byte.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from grader.errors import SubmissionError
from grader.intake.bounds import CHUNK_BYTES, Bounds, unpacking_meters
from grader.intake.names import decode, show
from grader.intake.tree import Kind, Tree

_BLOCK = tarfile.BLOCKSIZE
_EXTENSION_BYTES = 64 * 1024
_KINDS = {
    tarfile.REGTYPE: Kind.FILE,
    tarfile.AREGTYPE: Kind.FILE,
    tarfile.CONTTYPE: Kind.FILE,
    tarfile.DIRTYPE: Kind.FOLDER,
    tarfile.SYMTYPE: Kind.SYMLINK,
    tarfile.LNKTYPE: Kind.HARDLINK,
    tarfile.CHRTYPE: Kind.DEVICE,
    tarfile.BLKTYPE: Kind.DEVICE,
    tarfile.FIFOTYPE: Kind.FIFO,
}
_PAX = (tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE)
_DAMAGED = "is damaged: {}; pack or upload it again"


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


@dataclass(slots=True)
class _Extension:
    """What extended headers say of the member that follows them."""

    path: str | None = None
    size: int | None = None
    is_pending: bool = field(default=False)


def is_tar(head: bytes) -> bool:
    """Say whether a file that begins with `head` is a tar archive."""
    if len(head) < _BLOCK:
        return False
    if not any(head):
        return True
    try:
        _parse(head)
    except SubmissionError:
        return False
    return True


def read_tar(stream: Readable, archive_bytes: int, tree: Tree) -> None:
    """Copy what a tar stream holds into `tree`; `archive_bytes` is its size as sent. Raises `SubmissionError`."""
    source = _Blocks(stream, archive_bytes, tree.bounds)
    extension = _Extension()
    while any(block := source.take()):
        header = _parse(block)
        if header.type in (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE, *_PAX):
            _extend(extension, header, source)
        else:
            _read_member(header, extension, source, tree)
            extension = _Extension()
    if extension.is_pending:
        raise SubmissionError(_DAMAGED.format("it ends within a member"))
    source.finish()


def _parse(block: bytes) -> tarfile.TarInfo:
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError, OverflowError):
        raise SubmissionError(_DAMAGED.format("it holds a header that is none")) from None
    if header.size < 0:
        raise SubmissionError(_DAMAGED.format("a size is below zero"))
    return header


def _extend(extension: _Extension, header: tarfile.TarInfo, source: _Blocks) -> None:
    """Read an extended header, of GNU's or POSIX's kind, into `extension`."""
    if header.size > _EXTENSION_BYTES:
        raise SubmissionError(
            f"has an extended header over {_EXTENSION_BYTES} bytes; pack it again with a common tool"
        )
    data = b"".join(source.data(header.size))
    if header.type == tarfile.GNUTYPE_LONGLINK:
        return
    if header.type == tarfile.GNUTYPE_LONGNAME:
        extension.path = decode(data.rstrip(b"\x00"))
    else:
        _apply(extension, dict(_records(data)), is_global=header.type == tarfile.XGLTYPE)
    extension.is_pending = header.type != tarfile.XGLTYPE


def _apply(extension: _Extension, records: dict[str, bytes], *, is_global: bool) -> None:
    if any(key.startswith("GNU.sparse") for key in records):
        raise SubmissionError("holds a sparse file; pack it again without --sparse")
    if is_global and not records.keys().isdisjoint({"path", "size"}):
        raise SubmissionError(
            "names one path or size for all of its members; pack it again with a common tool"
        )
    if "path" in records:
        extension.path = decode(records["path"])
    if "size" in records:
        if not records["size"].isdigit() or len(records["size"]) > 20:
            raise SubmissionError(_DAMAGED.format("a size is no number"))
        extension.size = int(records["size"])


def _records(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the `length key=value` records of a POSIX extended header."""
    position = 0
    while position < len(data):
        digits, space, _ = data[position : position + 8].partition(b" ")
        length = int(digits) if space and digits.isdigit() else 0
        record = data[position : position + length]
        key, equals, value = record[len(digits) + 1 : -1].partition(b"=")
        if not record.endswith(b"\n") or len(record) != length or not equals:
            raise SubmissionError(_DAMAGED.format("an extended header is malformed"))
        yield decode(key), value
        position += length


def _read_member(header: tarfile.TarInfo, extension: _Extension, source: _Blocks, tree: Tree) -> None:
    name = header.name if extension.path is None else extension.path
    size = header.size if extension.size is None else extension.size
    kind = _KINDS.get(header.type, Kind.OTHER)
    if kind is not Kind.FILE and size:
        # Readers disagree on whether data follows such a header, so one could be shown what another does not see.
        raise SubmissionError(_DAMAGED.format(f"{show(name)} is {kind} with a size"))
    path = tree.place(name, kind)
    data = source.data(size)
    if path is None or kind is not Kind.FILE:
        for _ in data:
            pass
    else:
        tree.store(path, data, is_executable=bool(header.mode & 0o100))


class _Blocks:
    """Takes a stream apart into blocks, all of them counted."""

    def __init__(self, stream: Readable, archive_bytes: int, bounds: Bounds) -> None:
        self._stream = stream
        self._meters = unpacking_meters(archive_bytes, bounds)

    def _read(self, size: int) -> bytes:
        """Return exactly `size` bytes, at most `CHUNK_BYTES`."""
        pieces: list[bytes] = []
        while size:
            piece = self._stream.read(size)
            if not piece:
                raise SubmissionError("is cut short; pack or upload it again")
            pieces.append(piece)
            size -= len(piece)
            for meter in self._meters:
                meter.add(len(piece))
        return b"".join(pieces)

    def take(self) -> bytes:
        """Return the next block."""
        return self._read(_BLOCK)

    def data(self, size: int) -> Iterator[bytes]:
        """Yield `size` bytes, and take the padding after them."""
        left = size
        while left:
            chunk = self._read(min(left, CHUNK_BYTES))
            left -= len(chunk)
            yield chunk
        self._read(-size % _BLOCK)

    def finish(self) -> None:
        """Read to the end of the stream, which may hold nothing more than zeros."""
        while chunk := self._stream.read(CHUNK_BYTES):
            for meter in self._meters:
                meter.add(len(chunk))
            if any(chunk):
                raise SubmissionError(_DAMAGED.format("it goes on after its end"))
