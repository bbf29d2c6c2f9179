"""Whatever bytes an archive is made of, it gives a tree within bounds or one line, and never a file outside."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.intake import Bounds, take_in
from tests.intake.builders import (
    SOLUTION,
    ZipEntry,
    deflated,
    hand_made_tar,
    hand_made_zip,
    make_folder,
    make_streamed_zip,
    make_tar,
    make_zip,
    make_zip64,
)

BOUNDS = Bounds(files=6, total_bytes=2000, file_bytes=900, path_bytes=60, depth=4, entries=12)
PARTS = st.sampled_from(
    [
        b"..",
        b".",
        b"",
        b"a",
        b"A",
        b"b",
        b".git",
        b"solution.py",
        b"C:",
        b"a\\b",
        b"\xff",
        b"x" * 70,
        b"\0",
        b"submission.toml",
    ]
)
NAMES = st.one_of(st.lists(PARTS, min_size=1, max_size=5).map(b"/".join), st.binary(min_size=1, max_size=20))
DATA = st.one_of(st.binary(max_size=50), st.integers(0, 1000).map(bytes))
MODES = st.sampled_from(
    [0, 0o100644, 0o100755, 0o040755, 0o120777, 0o020666, 0o060666, 0o010666, 0o140777, 0o104755]
)


@st.composite
def zip_entries(draw):
    """Members of a zip that may lie about anything."""
    data = draw(DATA)
    method = draw(st.sampled_from([0, 0, 8, 8, 99]))
    lie = draw(st.sampled_from([None] * 6 + ["size", "crc", "local_name", "offset", "stored"]))
    entry = ZipEntry(draw(NAMES), data, draw(st.sampled_from([0x800, 0, 8, 1])), method, draw(MODES))
    entry.stored = deflated(data) if method == 8 else None
    if lie is not None:
        value = {"local_name": NAMES, "stored": DATA}.get(lie, st.integers(0, 2**32 - 1))
        setattr(entry, lie, draw(value))
    return entry


def _take(data: bytes) -> dict[str, bytes] | None:
    """Take an archive in within a folder of its own, and return its files, or nothing where it is refused."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        (folder / "archive").write_bytes(data)
        (folder / "temporary").mkdir()
        patch.setattr(tempfile, "tempdir", str(folder / "temporary"))
        files, line = None, ""
        try:
            with take_in(folder / "archive", bounds=BOUNDS) as submission:
                paths = list(submission.root.rglob("*"))
                assert all(path.is_dir() or (path.is_file() and not path.is_symlink()) for path in paths)
                files = {path: (submission.root / path).read_bytes() for path in submission.paths()}
                assert len(files) == submission.files <= BOUNDS.files
                assert sum(map(len, files.values())) == submission.bytes <= BOUNDS.total_bytes
                with tarfile.open(fileobj=io.BytesIO(submission.pack())) as packed:
                    assert {member.type for member in packed} <= {tarfile.REGTYPE, tarfile.DIRTYPE}
        except SubmissionError as error:
            line = str(error)
        assert line.isprintable()
        assert sorted(path.name for path in folder.rglob("*")) == ["archive", "temporary"]
        return files


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(
    entries=st.lists(zip_entries(), max_size=5),
    before=st.sampled_from([b"", b"", b"x"]),
    note=st.binary(max_size=5),
)
def test_no_zip_does_harm(entries, before, note):
    _take(hand_made_zip(entries, before=before, note=note))


@QUICK
@given(
    members=st.lists(
        st.tuples(
            NAMES.map(lambda raw: raw.decode("utf-8", "surrogateescape")),
            st.sampled_from([bytes([kind]) for kind in b"000000555123467LKxgSVQ"]),
            DATA,
        ),
        max_size=6,
    ),
    is_compressed=st.booleans(),
)
def test_no_tar_does_harm(members, is_compressed):
    data = hand_made_tar(members)
    _take(gzip.compress(data) if is_compressed else data)


@QUICK
@given(
    data=st.binary(max_size=2000), magic=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08"])
)
def test_no_bytes_do_harm(data, magic):
    _take(magic + data)


FILES = {**SOLUTION, "pkg/a.py": b"a = 1\n" * 40, "pkg/b.bin": bytes(range(256))}
MAKERS = {"zip": make_zip, "streamed zip": make_streamed_zip, "zip64": make_zip64, "tar.gz": make_tar}


@QUICK
@given(kind=st.sampled_from(sorted(MAKERS)), data=st.data())
def test_a_damaged_archive_is_refused_or_gives_the_right_tree(kind, data):
    with tempfile.TemporaryDirectory() as folder:
        whole = MAKERS[kind](Path(folder) / "x", FILES).read_bytes()
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        damaged[at] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.sampled_from([len(whole)] * 3 + [len(whole) - 1, len(whole) // 2]))
    assert _take(bytes(damaged[:cut])) in (None, FILES)


@QUICK
@given(files=st.dictionaries(st.text("abc/.", min_size=1, max_size=8), DATA, max_size=5))
def test_what_is_taken_is_what_the_standard_library_finds(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    taken = _take(buffer.getvalue())
    if taken is not None:
        contents = sorted(content for name, content in files.items() if not name.endswith("/"))
        assert all(content in contents for content in taken.values())


def test_the_trees_of_these_tests_can_be_taken(tmp_path):
    assert [_take(make(tmp_path / kind, FILES).read_bytes()) for kind, make in MAKERS.items()] == [
        FILES
    ] * len(MAKERS)
    with take_in(make_folder(tmp_path / "folder", FILES), bounds=BOUNDS) as submission:
        assert submission.files == len(FILES)
