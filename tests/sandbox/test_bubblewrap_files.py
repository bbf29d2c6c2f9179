"""Unpacking: what is given arrives, and nothing is written or points outside of the folder."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from sandbox import PodError
from sandbox.bubblewrap.files import unpack


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", content: bytes = b"", mode: int = 0o644):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.mode = kind, link, len(content), mode
    return info, content


def tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def test_files_arrive_readable_by_all_and_without_special_bits(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        unpack(
            tar(
                member("a/b.py", content=b"print()", mode=0o600),
                member("run", content=b"#!/bin/sh", mode=0o4755),
                member("empty", tarfile.DIRTYPE, mode=0o700),
            ),
            tmp_path / "files",
        )
    finally:
        os.umask(before)
    modes = {str(path.relative_to(tmp_path)): path.stat().st_mode & 0o7777 for path in tmp_path.rglob("*")}
    assert modes == {
        "files": 0o755, "files/a": 0o755, "files/a/b.py": 0o644, "files/run": 0o755, "files/empty": 0o755,
    }  # fmt: skip
    assert (tmp_path / "files/a/b.py").read_bytes() == b"print()"


def test_links_that_stay_inside_are_kept(tmp_path: Path) -> None:
    unpack(
        tar(
            member("a/link", tarfile.SYMTYPE, "../target"),
            member("hard", tarfile.LNKTYPE, "target"),
            member("target", content=b"x"),
        ),
        tmp_path / "files",
    )
    assert (tmp_path / "files/a/link").read_bytes() == b"x"
    assert (tmp_path / "files/hard").read_bytes() == b"x"


HOSTILE = {
    "an absolute name": [member("/etc/evil", content=b"x")],
    "a name with dots": [member("a/../../evil", content=b"x")],
    "an absolute link": [member("link", tarfile.SYMTYPE, "/etc/passwd")],
    "a link with dots": [member("a/link", tarfile.SYMTYPE, "../../evil")],
    "a link that leaves and returns": [member("link", tarfile.SYMTYPE, "../files/x")],
    "a hard link with dots": [member("hard", tarfile.LNKTYPE, "../evil")],
    "a hard link to an absolute name": [member("hard", tarfile.LNKTYPE, "/etc/passwd")],
    "a hard link to nothing": [member("hard", tarfile.LNKTYPE, "nothing")],
    "a link behind a link": [
        member("d/e", tarfile.DIRTYPE),
        member("d/e/up", tarfile.SYMTYPE, "../.."),
        member("d/e/up/out", tarfile.SYMTYPE, "../../.."),
    ],
    "a device": [member("null", tarfile.CHRTYPE)],
    "a pipe": [member("pipe", tarfile.FIFOTYPE)],
    "a file in place of a folder": [member("a", content=b"x"), member("a/b", content=b"x")],
}


@pytest.mark.parametrize("members", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_would_leave_the_folder_is_refused(
    tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]]
) -> None:
    with pytest.raises(PodError, match=r"^files: "):
        unpack(tar(*members), tmp_path / "files")
    outside = [path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "files")]
    assert outside == []


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    through = tar(
        member("files/link", tarfile.SYMTYPE, "../x"),
        member("link/file", content=b"x"),
        member("x", content=b""),
    )
    unpack(through, tmp_path / "files")
    assert (tmp_path / "files/link/file").read_bytes() == b"x", "the folder comes before the link"
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"not a tar at all" * 100])
def test_an_archive_that_cannot_be_read_is_an_error(tmp_path: Path, damage: bytes) -> None:
    with pytest.raises(PodError, match="cannot be unpacked"):
        unpack(damage, tmp_path / "files")
