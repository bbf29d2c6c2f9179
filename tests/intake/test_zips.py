"""A zip is taken only where every reader would find the same files in it."""

from __future__ import annotations

import struct
import subprocess
import zlib

import pytest

from grader.intake import take_in
from tests.intake.builders import SOLUTION, ZipEntry, deflated, hand_made_zip, make_folder, make_zip

CODE = b"class LRUCache: pass\n"
GOOD = ZipEntry(b"solution.py", CODE)

REFUSED = {
    "a symbolic link": ([GOOD, ZipEntry(b"link", b"/etc/passwd", mode=0o120777)], "symbolic link"),
    "a device": ([GOOD, ZipEntry(b"null", mode=0o020666)], "a device"),
    "a pipe": ([GOOD, ZipEntry(b"pipe", mode=0o010666)], "named pipe"),
    "an encrypted member": ([ZipEntry(b"solution.py", CODE, flags=1)], "encrypted"),
    "a strongly encrypted member": ([ZipEntry(b"solution.py", CODE, flags=0x41)], "encrypted"),
    "masked headers": ([ZipEntry(b"solution.py", CODE, flags=0x2000)], "encrypted"),
    "another compression": ([ZipEntry(b"solution.py", CODE, method=14)], "method 14"),
    "another local name": ([ZipEntry(b"solution.py", CODE, local_name=b"solution.sh")], "differs"),
    "a longer local name": ([ZipEntry(b"solution.py", CODE, local_name=b"a/solution.py")], "differs"),
    "a wrong checksum": ([ZipEntry(b"solution.py", CODE, crc=1)], "checksum or size"),
    "a size too small": ([ZipEntry(b"solution.py", CODE, size=3)], "checksum or size"),
    "a size too large": ([ZipEntry(b"solution.py", CODE, size=3000)], "checksum or size"),
    "garbage for deflated data": ([ZipEntry(b"solution.py", CODE, method=8)], "cannot be unpacked"),
    "cut deflated data": (
        [ZipEntry(b"solution.py", CODE, method=8, stored=deflated(CODE)[:-3])],
        "cannot be unpacked",
    ),
    "more than deflated data": (
        [ZipEntry(b"solution.py", CODE, method=8, stored=deflated(CODE) + b"x")],
        "unpacked",
    ),
    "overlapping members": ([GOOD, ZipEntry(b"solution.py", CODE, offset=0)], "differs"),
    "a folder with a size": ([GOOD, ZipEntry(b"a/", b"data")], "folder with a size"),
    "the same name twice": ([GOOD, ZipEntry(b"solution.py", b"other")], "twice"),
    "a name in code page 866": ([GOOD, ZipEntry("имя.py".encode("cp866"), flags=0)], "unknown encoding"),
    "a name that breaks its word to be UTF-8": ([GOOD, ZipEntry(b"\xff.py")], "unknown encoding"),
    "a zero in a name": ([GOOD, ZipEntry(b"a\0b")], "control character"),
    "no member": ([], "holds no file"),
    "folders only": ([ZipEntry(b"a/", mode=0o040755)], "holds no file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_member_is_refused_with_its_reason(case, tmp_path, refused):
    members, reason = REFUSED[case]
    (tmp_path / "x.zip").write_bytes(hand_made_zip(members))
    assert reason in refused(tmp_path / "x.zip")


def _with(data: bytes, at: int, patch: bytes) -> bytes:
    at %= len(data)
    return data[:at] + patch + data[at + len(patch) :]


WHOLE = hand_made_zip([GOOD, ZipEntry(b"b.py", b"b")])
DAMAGED = {
    "cut short": (WHOLE[:-30], "cut short"),
    "cut to its first half": (WHOLE[: len(WHOLE) // 2], "cut short"),
    "goes on": (WHOLE + b"more", "cut short or damaged"),
    "data before it": (b"#!/bin/sh\nexit\n" + WHOLE, "data before"),
    "data before it, offsets right": (hand_made_zip([GOOD], before=b"PK\x03\x04" + bytes(60)), "data before"),
    "data between members": (hand_made_zip([GOOD, ZipEntry(b"b.py")], between=b"hidden"), "differs"),
    "two ends": (hand_made_zip([GOOD], note=b"PK\x05\x06" + bytes(18)), "two tables"),
    "another disk": (_with(WHOLE, -18, b"\1\0"), "one part of several"),
    "fewer on this disk": (_with(WHOLE, -14, b"\1\0"), "one part of several"),
    "more members than it says": (_with(WHOLE, -14, b"\1\0\1\0"), "another number"),
    "fewer members than it says": (_with(WHOLE, -14, b"\3\0\3\0"), "another number"),
    "too many members to read": (_with(WHOLE, -14, b"\xff\xff\xff\xff"), "entries"),
    "a table elsewhere": (_with(WHOLE, -6, b"\0\0\0\0"), "not where it should be"),
    "a malformed table": (WHOLE.replace(b"PK\x01\x02", b"PK\x01\x03"), "malformed"),
    "data elsewhere": (
        WHOLE.replace(b"PK\x03\x04", b"PK\x03\x05", 2).replace(b"PK\x03\x05", b"PK\x03\x04", 1),
        "not where",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_archive_is_refused_with_its_reason(case, tmp_path, refused):
    data, reason = DAMAGED[case]
    (tmp_path / "x.zip").write_bytes(data)
    assert reason in refused(tmp_path / "x.zip")


def test_a_note_and_unicode_names_are_fine(tmp_path):
    unicode_path = b"\x01" + struct.pack("<L", zlib.crc32("дом.py".encode("cp866"))) + "дом.py".encode()
    members = [
        GOOD,
        ZipEntry("имя.py".encode()),
        ZipEntry("macOS-é.py".encode(), flags=0),
        ZipEntry(
            "дом.py".encode("cp866"),
            flags=0,
            extra=struct.pack("<2H", 0x7075, len(unicode_path)) + unicode_path,
        ),
        ZipEntry(b"empty/", mode=0),
        ZipEntry(b"empty/", mode=0o040755),
    ]
    (tmp_path / "x.zip").write_bytes(hand_made_zip(members, note=b"0123456789abcdef" * 10))
    with take_in(tmp_path / "x.zip") as submission:
        assert submission.paths() == ["macOS-é.py", "solution.py", "дом.py", "имя.py"]


def test_an_archive_in_an_archive_is_a_file(tmp_path):
    inner = make_zip(tmp_path / "inner.zip", SOLUTION).read_bytes()
    with take_in(make_zip(tmp_path / "x.zip", {**SOLUTION, "inner.zip": inner})) as submission:
        assert (submission.root / "inner.zip").read_bytes() == inner


@pytest.mark.parametrize(
    "options", [["-r"], ["-r", "-0"], ["-r", "-9"], ["-r", "-X"], ["-r", "-fz"], ["-rD"]]
)
def test_what_the_usual_program_packs_is_taken(options, tmp_path):
    folder = make_folder(tmp_path / "x", {**SOLUTION, "пакет/имя.py": CODE * 50})
    try:
        subprocess.run(["zip", "-q", *options, "x.zip", "x"], cwd=tmp_path, check=True)
    except FileNotFoundError:
        pytest.skip("the zip program is not installed")
    with take_in(tmp_path / "x.zip") as submission, take_in(folder) as same:
        assert submission.digest == same.digest


def test_links_that_the_usual_program_packs_are_refused(tmp_path, refused):
    folder = make_folder(tmp_path / "x", SOLUTION)
    (folder / "link").symlink_to("solution.py")
    try:
        subprocess.run(["zip", "-qry", "x.zip", "x"], cwd=tmp_path, check=True)
    except FileNotFoundError:
        pytest.skip("the zip program is not installed")
    assert "symbolic link" in refused(tmp_path / "x.zip")
