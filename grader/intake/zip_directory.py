"""Reads the table of contents of a zip archive strictly: every reader must find the same members in it."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from grader.errors import SubmissionError
from grader.intake.bounds import MIB
from grader.intake.names import decode, show

DAMAGED = "is damaged: {}; pack or upload it again"
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_MEMBER = struct.Struct("<4s6H3L5H2L")
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAGS = 0x2041  # bits 0, 6 and 13: encrypted, strongly encrypted, masked headers
_TABLE_BYTES = 8 * MIB
_MAX_16, _MAX_32 = 0xFFFF, 0xFFFFFFFF
_UNICODE_PATH, _ZIP_64 = 0x7075, 0x0001
_UNIX_NAMES = "rename the files with plain letters, or pack them with a tool that writes UTF-8 names"


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One row of the table of contents; `raw_name` is the name as its bytes stand there and beside the data."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    compressed: int
    size: int
    mode: int
    offset: int


@dataclass(frozen=True, slots=True)
class _Table:
    count: int
    bytes: int
    offset: int
    end: int


def read_directory(stream: BinaryIO, archive_bytes: int, entries: int) -> tuple[list[ZipMember], int]:
    """Return the members in the order of their data, and where the data ends. Raises `SubmissionError`."""
    table = _find_table(stream, archive_bytes)
    if table.count > entries:
        raise SubmissionError(f"has more than {entries:,} entries; leave out what is not yours")
    if table.bytes > _TABLE_BYTES:
        raise SubmissionError("has a table of contents over 8 MiB; pack it again")
    if table.offset + table.bytes != table.end:
        raise SubmissionError(DAMAGED.format("its table of contents is not where it should be"))
    stream.seek(table.offset)
    data = stream.read(table.bytes)
    members: list[ZipMember] = []
    position = 0
    while position < len(data):
        member, position = _parse(data, position)
        members.append(member)
    if len(members) != table.count:
        raise SubmissionError(DAMAGED.format("it holds another number of files than it says"))
    return sorted(members, key=lambda member: member.offset), table.offset


def _find_table(stream: BinaryIO, archive_bytes: int) -> _Table:
    tail_start = max(0, archive_bytes - _END.size - _MAX_16)
    stream.seek(tail_start)
    tail = stream.read()
    ends = [
        at
        for at in _places(tail, b"PK\x05\x06")
        if at + _END.size <= len(tail) and at + _END.size + _END.unpack_from(tail, at)[7] == len(tail)
    ]
    if not ends:
        raise SubmissionError(
            "is cut short or damaged: its table of contents is missing; pack or upload it again"
        )
    if len(ends) > 1:
        raise SubmissionError(DAMAGED.format("it has two tables of contents"))
    _, disk, table_disk, here, count, size, offset, _ = _END.unpack_from(tail, ends[0])
    end = tail_start + ends[0]
    wide = _find_wide_table(stream, end)
    if wide is not None:
        narrow = ((count, wide.count, _MAX_16), (size, wide.bytes, _MAX_32), (offset, wide.offset, _MAX_32))
        if any(value not in (full, limit) for value, full, limit in narrow):
            raise SubmissionError(DAMAGED.format("its two tables of contents differ"))
        return wide
    if disk or table_disk or here != count:
        raise SubmissionError("is one part of several; pack it as one file")
    return _Table(count, size, offset, end)


def _places(data: bytes, signature: bytes) -> list[int]:
    """Return every place of a signature; the last 64 KiB have few enough."""
    places: list[int] = []
    at = data.find(signature)
    while at >= 0:
        places.append(at)
        at = data.find(signature, at + 1)
    return places


def _find_wide_table(stream: BinaryIO, end: int) -> _Table | None:
    """Return what the record of large archives (zip64) says, where there is one."""
    if end < _LOCATOR_64.size:
        return None
    stream.seek(end - _LOCATOR_64.size)
    signature, disk, at, disks = _LOCATOR_64.unpack(stream.read(_LOCATOR_64.size))
    if signature != b"PK\x06\x07":
        return None
    if disk or disks > 1:
        raise SubmissionError("is one part of several; pack it as one file")
    if at + _END_64.size > end - _LOCATOR_64.size:
        raise SubmissionError(DAMAGED.format("its table of contents is not where it should be"))
    stream.seek(at)
    fields = _END_64.unpack(stream.read(_END_64.size))
    signature, length, _, _, disk, table_disk, here, count, size, offset = fields
    if signature != b"PK\x06\x06" or at + 12 + length != end - _LOCATOR_64.size:
        raise SubmissionError(DAMAGED.format("its table of contents is not where it should be"))
    if disk or table_disk or here != count:
        raise SubmissionError("is one part of several; pack it as one file")
    return _Table(count, size, offset, at)


def _parse(data: bytes, at: int) -> tuple[ZipMember, int]:
    """Return the row that begins at `at`, and where the next one does."""
    if at + _MEMBER.size > len(data):
        raise SubmissionError(DAMAGED.format("its table of contents is cut short"))
    row = _MEMBER.unpack_from(data, at)
    (
        signature,
        _,
        _,
        flags,
        method,
        _,
        _,
        crc,
        compressed,
        size,
        name_length,
        extra_length,
        note,
        disk,
        _,
        mode,
        start,
    ) = row
    name_at, extra_at = at + _MEMBER.size, at + _MEMBER.size + name_length
    following = extra_at + extra_length + note
    if signature != b"PK\x01\x02" or following > len(data):
        raise SubmissionError(DAMAGED.format("its table of contents is malformed"))
    raw_name, extra = data[name_at:extra_at], data[extra_at : extra_at + extra_length]
    name = _name(raw_name, flags, extra)
    if flags & _ENCRYPTED_FLAGS:
        raise SubmissionError(f"{show(name)} is encrypted; pack it without a password")
    size, compressed, start = widen(extra, [size, compressed, start])
    if disk not in (0, _MAX_16):
        raise SubmissionError("is one part of several; pack it as one file")
    return ZipMember(name, raw_name, flags, method, crc, compressed, size, mode >> 16, start), following


def widen(extra: bytes, values: list[int]) -> list[int]:
    """Return `values` with those that did not fit 32 bits taken from the extra field of large archives."""
    wide = extra_field(extra, _ZIP_64) or b""
    widened: list[int] = []
    for value in values:
        if value == _MAX_32 and len(wide) >= 8:
            value = int.from_bytes(wide[:8], "little")  # noqa: PLW2901 - the same value, in full
            wide = wide[8:]
        widened.append(value)
    return widened


def extra_field(extra: bytes, wanted: int) -> bytes | None:
    """Return one extra field of a member, where it is there and whole."""
    at = 0
    while at + 4 <= len(extra):
        identifier, length = struct.unpack_from("<2H", extra, at)
        if identifier == wanted and at + 4 + length <= len(extra):
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return None


def _name(raw: bytes, flags: int, extra: bytes) -> str:
    """Return a member's name. Without a word on its encoding it has to be UTF-8, as macOS writes it."""
    if not raw.isascii() and not flags & _UTF8_FLAG:
        unicode_path = extra_field(extra, _UNICODE_PATH) or b""
        if unicode_path[:1] == b"\x01" and unicode_path[1:5] == zlib.crc32(raw).to_bytes(4, "little"):
            return decode(unicode_path[5:])
    name = decode(raw)
    if not raw.isascii() and any("\udc80" <= character <= "\udcff" for character in name):
        raise SubmissionError(f"{show(name)} is a name in an unknown encoding; {_UNIX_NAMES}")
    return name
