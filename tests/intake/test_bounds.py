"""Every bound is held while reading: nothing over it is ever stored or held in memory, whatever a header says."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
import zlib
from pathlib import Path

import pytest

from grader.errors import GradingFailed, SubmissionError
from grader.intake import Bounds, take_in
from grader.intake.archive import read_archive
from grader.intake.bounds import MIB, show_bytes
from grader.intake.tree import Kind, Tree
from tests.intake.builders import (
    SOLUTION,
    SOURCES,
    ZipEntry,
    deflated,
    deflated_zeros,
    hand_made_tar,
    hand_made_zip,
    make_folder,
)

BOUNDS = {
    "files": (Bounds(files=3), {f"{number}.py": b"" for number in range(4)}, "more than 3 files"),
    "bytes in all": (
        Bounds(total_bytes=100),
        {"a.py": b"a" * 60, "b.py": b"b" * 60},
        "holds more than 100 bytes",
    ),
    "bytes of a file": (Bounds(file_bytes=100), {"a.py": b"a" * 101}, "'a.py' is larger than 100 bytes"),
    "length of a path": (Bounds(path_bytes=20), {"a" * 10 + "/" + "b" * 10: b""}, "path over 20 bytes"),
    "depth": (Bounds(depth=3), {"a/b/c/d": b""}, "3 folders deep"),
    "entries": (
        Bounds(entries=3),
        {f"__pycache__/{number}/{number}.py": b"" for number in range(9)},
        "3 entries",
    ),
}
WITHIN = {
    "files": {f"{number}.py": b"" for number in range(3)},
    "bytes in all": {"a.py": b"a" * 60, "b.py": b"b" * 40},
    "bytes of a file": {"a.py": b"a" * 100},
    "length of a path": {"a" * 9 + "/" + "b" * 10: b""},
    "depth": {"a/b/c": b""},
    "entries": {"c": b""},
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("bound", BOUNDS)
def test_a_bound_is_held_by_every_source(bound, source, tmp_path, refused):
    bounds, files, reason = BOUNDS[bound]
    if bound == "entries" and source in ("folder", "work tree"):
        files = {f"{number}.py": b"" for number in range(4)}  # what is left out is not looked into
    assert reason in refused(SOURCES[source](tmp_path / "over", files), bounds=bounds)
    with take_in(SOURCES[source](tmp_path / "within", WITHIN[bound]), bounds=bounds) as submission:
        assert submission.files == len(WITHIN[bound])


def test_an_archive_over_its_bound_is_not_opened(tmp_path, refused):
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04" + bytes(200))
    assert "larger than 100 bytes" in refused(tmp_path / "x.zip", bounds=Bounds(archive_bytes=100))


def _bomb_zip(*, says: int) -> bytes:
    return hand_made_zip([ZipEntry(b"solution.py", method=8, stored=deflated_zeros(900), size=says)])


def _bomb_of_many(count: int) -> bytes:
    stored, data = deflated(bytes(7 * MIB)), bytes(7 * MIB)
    crc = zlib.crc32(data)
    return hand_made_zip(
        ZipEntry(f"{n}.py".encode(), method=8, stored=stored, size=len(data), crc=crc) for n in range(count)
    )


def _bomb_tar(name: str) -> bytes:
    header = tarfile.TarInfo(name)
    header.size = 10 * 1024 * MIB
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(header.tobuf(tarfile.GNU_FORMAT)) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return packed + zeros * 1024


BOMBS = {
    "a zip that says what it is": (lambda: _bomb_zip(says=900 * MIB), "is larger than 8 MiB"),
    "a zip that says it is small": (lambda: _bomb_zip(says=100), "is larger than 8 MiB"),
    "a zip of some": (lambda: _bomb_of_many(3), "200 times its size"),
    "a zip of many": (lambda: _bomb_of_many(40), "holds more than 32 MiB"),
    "a tar": (lambda: _bomb_tar("solution.py"), "is larger than 8 MiB"),
    "a tar of what is left out": (lambda: _bomb_tar(".git/x"), "200 times its size"),
    "a gzip of a gzip": (lambda: gzip.compress(gzip.compress(bytes(10 * MIB))), "header"),
    "a long name": (lambda: gzip.compress(hand_made_tar([("x", b"L", bytes(20 * MIB))])), "extended header"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_having_written_and_held_no_more_than_its_bound(bomb, tmp_path):
    make, reason = BOMBS[bomb]
    (tmp_path / "bomb").write_bytes(make())
    bounds = Bounds()
    tree = Tree(tmp_path / "tree", bounds)
    tracemalloc.start()
    try:
        with pytest.raises(SubmissionError, match=reason):
            read_archive(tmp_path / "bomb", tree)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    written = sum(path.stat().st_size for path in tree.root.rglob("*") if path.is_file())
    assert written <= bounds.total_bytes
    assert held < 4 * MIB


def test_a_repetitive_but_small_archive_is_fine(tmp_path):
    with tarfile.open(tmp_path / "x.tgz", "w:gz") as archive:
        header = tarfile.TarInfo("solution.py")
        header.size = 700_000
        archive.addfile(header, io.BytesIO(b"#" * 700_000))
    with take_in(tmp_path / "x.tgz") as submission:
        assert submission.bytes == 700_000


def test_reading_a_large_folder_holds_little_memory(tmp_path):
    folder = make_folder(tmp_path / "x", {**SOLUTION, **{f"{n}.bin": bytes(5 * MIB) for n in range(5)}})
    tracemalloc.start()
    try:
        with take_in(folder) as submission:
            assert submission.bytes > 25 * MIB
        assert tracemalloc.get_traced_memory()[1] < 4 * MIB
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB"), (8 * MIB, "8 MiB"), (3 * 2**30, "3 GiB")],
)
def test_sizes_are_shown_as_people_read_them(count, shown):
    assert show_bytes(count) == shown


def test_a_full_disk_is_our_failure_and_not_the_candidates(tmp_path):
    tree = Tree(tmp_path / "tree", Bounds())
    place = tree.place("solution.py", Kind.FILE)
    tree.root.rmdir()
    Path(tree.root).write_bytes(b"in the way")
    with pytest.raises(GradingFailed, match="could not store"):
        tree.store(place, [b"x"], is_executable=False)
