"""A tar holds files and folders, is whole, and ends where it says."""

from __future__ import annotations

import gzip
import subprocess
import tarfile

import pytest

from grader.intake import take_in
from tests.intake.builders import SOLUTION, hand_made_tar, make_folder, make_tar

GOOD = ("solution.py", b"0", b"class LRUCache: pass\n")


def _pax(record: bytes) -> bytes:
    """Return one record of an extended header, which says its own length."""
    size = len(record) + 3
    while len(f"{size} ".encode() + record) + 1 != size:
        size += 1
    return f"{size} ".encode() + record + b"\n"


REFUSED = {
    "a symbolic link": ([GOOD, ("link", b"2", b"")], "symbolic link"),
    "a hard link": ([GOOD, ("link", b"1", b"")], "hard link"),
    "a character device": ([GOOD, ("x", b"3", b"")], "a device"),
    "a block device": ([GOOD, ("x", b"4", b"")], "a device"),
    "a pipe": ([GOOD, ("x", b"6", b"")], "named pipe"),
    "an unknown type": ([GOOD, ("x", b"Q", b"")], "neither a file nor a folder"),
    "a folder with data": ([GOOD, ("x", b"5", b"data")], "with a size"),
    "a link with data": ([GOOD, (".git/x", b"2", b"data")], "with a size"),
    "a sparse file": ([("h", b"x", _pax(b"GNU.sparse.major=1")), GOOD], "sparse"),
    "a huge extended header": ([("h", b"x", b"0" * 70_000), GOOD], "extended header"),
    "a malformed extended header": ([("h", b"x", b"999 path=x\n"), GOOD], "malformed"),
    "an extended header of zeros": ([("h", b"x", bytes(20)), GOOD], "malformed"),
    "an extended size that is none": ([("h", b"x", _pax(b"size=-1")), GOOD], "no number"),
    "an extended path that leads out": ([("h", b"x", _pax(b"path=../x")), GOOD], "'..'"),
    "a GNU path that leads out": ([("h", b"L", b"../../x\0"), GOOD], "'..'"),
    "one path for all": ([("h", b"g", _pax(b"path=x")), GOOD], "for all of its members"),
    "an extended header of nothing": ([GOOD, ("h", b"x", _pax(b"path=x"))], "within a member"),
    "the same name twice": ([GOOD, GOOD], "twice"),
    "the same name with a dot": ([GOOD, ("./solution.py", b"0", b"")], "twice"),
    "no member": ([], "holds no file"),
    "only the root": ([("./", b"5", b"")], "holds no file"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("is_compressed", [False, True])
def test_a_bad_member_is_refused_with_its_reason(case, is_compressed, tmp_path, refused):
    members, reason = REFUSED[case]
    data = hand_made_tar(members)
    (tmp_path / "x").write_bytes(gzip.compress(data) if is_compressed else data)
    assert reason in refused(tmp_path / "x")


WHOLE = hand_made_tar([GOOD, ("b.py", b"0", b"b" * 1000)])
PACKED = gzip.compress(WHOLE)
DAMAGED = {
    "no end": (WHOLE[:-1024], "cut short"),
    "cut in a member": (WHOLE[:1600], "cut short"),
    "cut in a header": (WHOLE[:1300], "cut short"),
    "goes on after its end": (WHOLE + hand_made_tar([("c.py", b"0", b"")]), "goes on after its end"),
    "a damaged header": (WHOLE[:1030] + b"?" + WHOLE[1031:], "header"),
    "gzip cut short": (PACKED[:-12], "cut short"),
    "gzip without its size": (PACKED[:-4], "cut short"),
    "gzip with a wrong checksum": (PACKED[:-8] + bytes(4) + PACKED[-4:], "damaged"),
    "gzip with text after it": (PACKED + b"text", "damaged"),
    "gzip of no tar": (gzip.compress(b"x = 1\n" * 200), "header"),
    "gzip of a little": (gzip.compress(b"x"), "cut short"),
    "an empty file": (b"", "empty file"),
    "a Python file": (b"class LRUCache: pass\n", "is no archive"),
    "a 7z archive": (b"7z\xbc\xaf\x27\x1c" + bytes(100), "a 7z archive"),
    "a RAR archive": (b"Rar!\x1a\x07" + bytes(100), "a RAR archive"),
    "an xz file": (b"\xfd7zXZ\x00" + bytes(100), "an xz file"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_archive_is_refused_with_its_reason(case, tmp_path, refused):
    data, reason = DAMAGED[case]
    (tmp_path / "x.tar.gz").write_bytes(data)
    assert reason in refused(tmp_path / "x.tar.gz")


@pytest.mark.parametrize("layout", ["gnu", "pax", "posix", "ustar", "v7"])
@pytest.mark.parametrize("name", ["cache", "./cache/."])
def test_what_the_usual_program_packs_is_taken(layout, name, tmp_path):
    long = {} if layout in ("v7", "ustar") else {"длинное-имя-" * 3 + "/" + "x" * 120 + ".py": b"x"}
    folder = make_folder(tmp_path / "cache", {**SOLUTION, "pkg/a.py": b"a" * 600, **long})
    subprocess.run(["tar", f"--format={layout}", "-czf", "x.tgz", name], cwd=tmp_path, check=True)
    with take_in(tmp_path / "x.tgz") as submission, take_in(folder) as same:
        assert submission.digest == same.digest


def test_the_ending_of_a_name_does_not_matter(tmp_path):
    made = make_tar(tmp_path / "x.zip", SOLUTION)
    with take_in(made) as submission:
        assert submission.files == 2


def test_an_extended_size_counts(tmp_path):
    with tarfile.open(make_tar(tmp_path / "x.tar", {"solution.py": b"x" * 700}, "w")) as archive:
        header = archive.getmember("solution.py")
    header.size = 0
    data = (
        hand_made_tar([("h", b"x", _pax(b"size=700"))])[:-1024]
        + header.tobuf()
        + b"x" * 700
        + bytes(324 + 1024)
    )
    (tmp_path / "y.tar").write_bytes(data)
    with take_in(tmp_path / "y.tar") as submission:
        assert submission.bytes == 700
