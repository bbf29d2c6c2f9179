"""Files reach a sandbox readable to its user, whatever their owner allowed others, and nothing else reaches it."""

from __future__ import annotations

import io
import tarfile

import pytest

from sandbox.docker_engine.archive import readable
from sandbox.errors import PodError


def tar_with(*members: tarfile.TarInfo) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(b"x" * member.size) if member.isreg() else None)
    return target.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, mode: int = 0o600, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.mode, made.linkname, made.uid, made.uname = kind, mode, link, 1000, "someone"
    made.size = 5 if kind == tarfile.REGTYPE else 0
    return made


@pytest.mark.parametrize(
    ("kind", "mode", "expected"),
    [
        (tarfile.REGTYPE, 0o600, 0o644),
        (tarfile.REGTYPE, 0o000, 0o644),
        (tarfile.REGTYPE, 0o700, 0o755),
        (tarfile.REGTYPE, 0o6755, 0o755),
        (tarfile.DIRTYPE, 0o700, 0o755),
        (tarfile.DIRTYPE, 0o1777, 0o755),
    ],
)
def test_all_may_read_and_nobody_may_write_or_lend_rights(kind: bytes, mode: int, expected: int) -> None:
    with tarfile.open(fileobj=io.BytesIO(readable(tar_with(member("thing", kind, mode))))) as tar:
        (made,) = tar.getmembers()
        assert (made.mode, made.uid, made.gid, made.uname) == (expected, 0, 0, "")


def test_contents_links_and_long_names_stay_as_they_were() -> None:
    name = "ф" * 90 + "/" + "x" * 120
    archive = readable(tar_with(member(name), member("link", tarfile.SYMTYPE, link="../elsewhere")))
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        content = tar.extractfile(name)
        assert content is not None
        assert content.read() == b"xxxxx"
        assert tar.getmember("link").linkname == "../elsewhere"


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_and_pipes_are_refused(kind: bytes) -> None:
    with pytest.raises(PodError, match="'thing', which is no file, folder or link"):
        readable(tar_with(member("thing", kind)))


def test_what_is_no_tar_is_refused() -> None:
    with pytest.raises(PodError, match="not an uncompressed tar"):
        readable(b"PK\x03\x04" + b"?" * 2000)
