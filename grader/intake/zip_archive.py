"""Reads zip archives strictly: table of contents and data must agree, and every byte belongs to one member."""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from grader.errors import SubmissionError
from grader.intake.bounds import CHUNK_BYTES, Meter, unpacking_meters
from grader.intake.names import show
from grader.intake.tree import Kind, Tree, kind_of
from grader.intake.zip_directory import DAMAGED, ZipMember, read_directory, widen

_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_LATE_SIZES_FLAG = 0x8  # checksum and sizes follow the data
_COMPARED_FLAGS = 0x809  # encrypted, late sizes, UTF-8 names
_MAX_32 = 0xFFFFFFFF


def read_zip(stream: BinaryIO, archive_bytes: int, tree: Tree) -> None:
    """Copy what a zip archive holds into `tree`. Raises `SubmissionError`."""
    members, data_end = read_directory(stream, archive_bytes, tree.bounds.entries)
    meters = unpacking_meters(archive_bytes, tree.bounds)
    starts = [member.offset for member in members] + [data_end]
    if starts[0] != 0:
        raise SubmissionError("has data before its first file; pack it again as a plain .zip")
    for member, following in zip(members, starts[1:], strict=True):
        data_start = _check_local(stream, member, following)
        kind = _kind(member)
        path = tree.place(member.name, kind)
        if path is None:
            continue
        if kind is Kind.FOLDER:
            if member.size:
                raise SubmissionError(DAMAGED.format(f"{show(member.name)} is a folder with a size"))
            continue
        stream.seek(data_start)
        tree.store(path, _unpack(stream, member, meters), is_executable=bool(member.mode & 0o100))


def _kind(member: ZipMember) -> Kind:
    """Return what a member is: by its Unix mode where it has one, else by the slash at its end."""
    by_mode = kind_of(member.mode) if stat.S_IFMT(member.mode) else Kind.FILE
    return Kind.FOLDER if by_mode is Kind.FILE and member.name.endswith("/") else by_mode


def _check_local(stream: BinaryIO, member: ZipMember, following: int) -> int:
    """Return where a member's data starts, after comparing what stands before and behind it with the table."""
    stream.seek(member.offset)
    block = stream.read(_LOCAL.size)
    if len(block) < _LOCAL.size or block[:4] != b"PK\x03\x04":
        raise SubmissionError(DAMAGED.format(f"{show(member.name)} is not where the table of contents says"))
    _, _, flags, method, _, _, crc, compressed, size, name_length, extra_length = _LOCAL.unpack(block)
    raw_name, extra = stream.read(name_length), stream.read(extra_length)
    start: int = member.offset + _LOCAL.size + name_length + extra_length
    end = start + member.compressed
    differs = (
        raw_name != member.raw_name or method != member.method or (flags ^ member.flags) & _COMPARED_FLAGS
    )
    if flags & _LATE_SIZES_FLAG:
        stream.seek(min(end, following))
        late = stream.read(max(0, min(following - end, 25)))
        differs = differs or not _is_descriptor(late, member)
    else:
        size, compressed = widen(extra, [size, compressed])
        differs = (
            differs
            or (crc, compressed, size) != (member.crc, member.compressed, member.size)
            or end != following
        )
    if differs:
        raise SubmissionError(DAMAGED.format(f"what it says of {show(member.name)} in two places differs"))
    return start


def _is_descriptor(late: bytes, member: ZipMember) -> bool:
    """Say whether the bytes behind a member are its checksum and sizes in one of the four ways to write them."""
    expected = {
        signature + struct.pack(layout, member.crc, member.compressed, member.size)
        for signature in (b"", b"PK\x07\x08")
        for layout in ("<L2Q", "<3L")
        if layout == "<L2Q" or max(member.compressed, member.size) <= _MAX_32
    }
    return late in expected


def _unpack(stream: BinaryIO, member: ZipMember, meters: tuple[Meter, ...]) -> Iterator[bytes]:
    """Yield what a member holds. Its sizes and checksum are compared when all has been read."""
    crc = size = 0
    for chunk in _pieces(stream, member):
        for meter in meters:
            meter.add(len(chunk))
        crc = zlib.crc32(chunk, crc)
        size += len(chunk)
        yield chunk
    if (crc, size) != (member.crc, member.size):
        raise SubmissionError(DAMAGED.format(f"the checksum or size of {show(member.name)} is wrong"))


def _pieces(stream: BinaryIO, member: ZipMember) -> Iterator[bytes]:
    compressed = _compressed(stream, member)
    if member.method == _STORED:
        yield from compressed
    elif member.method == _DEFLATED:
        yield from _inflate(compressed, member.name)
    else:
        raise SubmissionError(
            f"{show(member.name)} is compressed by method {member.method}; pack it with the ordinary one (deflate)"
        )


def _compressed(stream: BinaryIO, member: ZipMember) -> Iterator[bytes]:
    left = member.compressed
    while left:
        chunk = stream.read(min(left, CHUNK_BYTES))
        if not chunk:
            raise SubmissionError("is cut short; pack or upload it again")
        left -= len(chunk)
        yield chunk


def _inflate(compressed: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Yield what deflated data holds, never more than `CHUNK_BYTES` at once."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for chunk in compressed:
            rest = chunk
            while rest and not inflater.eof:
                if piece := inflater.decompress(rest, CHUNK_BYTES):
                    yield piece
                rest = inflater.unconsumed_tail
            if inflater.unused_data:
                break
        while not inflater.eof and (piece := inflater.decompress(b"", CHUNK_BYTES)):
            yield piece
    except zlib.error:
        raise SubmissionError(DAMAGED.format(f"{show(name)} cannot be unpacked")) from None
    if not inflater.eof or inflater.unused_data or next(compressed, None):
        raise SubmissionError(DAMAGED.format(f"{show(name)} cannot be unpacked"))
