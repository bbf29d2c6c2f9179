"""Whatever a build sandbox hands out, only plain files of packages become a layer."""

from __future__ import annotations

import dataclasses
import io
import tarfile
from pathlib import Path

import pytest

from grader.dependencies import Bounds, DependencyError
from grader.dependencies.repacking import repack
from grader.errors import GradingFailed


def member(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, **more: object) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    for key, value in more.items():
        setattr(info, key, value)
    return info


def write(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for one in members:
            archive.addfile(one, io.BytesIO(b"x" * one.size) if one.isreg() else None)
    return path


_BAD = {
    "symbolic link": member("packages/link", tarfile.SYMTYPE, linkname="/etc/passwd"),
    "hard link": member("packages/link", tarfile.LNKTYPE, linkname="packages/a.py"),
    "pipe": member("packages/pipe", tarfile.FIFOTYPE),
    "device": member("packages/null", tarfile.CHRTYPE, devmajor=1, devminor=3),
    "beside": member("submission/app.py"),
    "a like name": member("packages.py"),
    "the folder as a file": member("packages"),
    "above": member("packages/../submission/app.py"),
    "above, hidden": member("packages/a/../../submission/app.py"),
    "absolute": member("/packages/a.py"),
    "a zero byte": member("packages/a\0b", pax_headers={"path": "packages/a\0b"}),
    "twice": member("packages/./a.py"),
}


@pytest.mark.parametrize("bad", _BAD.values(), ids=_BAD)
def test_anything_but_files_under_packages_is_our_failure(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    received = write(tmp_path / "received.tar", member("packages/a.py"), bad)
    with pytest.raises(GradingFailed, match="the build sandbox handed out"):
        repack(received, tmp_path / "layer.tar", Bounds())


def test_headers_are_our_own(tmp_path: Path) -> None:
    odd = {"uid": 0, "gid": 0, "uname": "root", "mtime": 1e9, "mode": 0o6777, "pax_headers": {"comment": "x"}}
    received = write(
        tmp_path / "received.tar",
        member("packages/", tarfile.DIRTYPE, mode=0o7777),
        member("packages/a/é\n.py", size=5, **odd),
        member("packages/b.py", size=700, mode=0o600),
    )
    repack(received, tmp_path / "layer.tar", Bounds())
    with tarfile.open(tmp_path / "layer.tar") as layer:
        found = [(m.name, m.size, m.mode, m.uid, m.gid, m.uname, m.mtime, m.type) for m in layer]
    common = (65_534, 65_534, "", 0, tarfile.REGTYPE)
    assert found == [("packages/a/é\n.py", 5, 0o755, *common), ("packages/b.py", 700, 0o644, *common)]


def test_sizes_are_bounded(tmp_path: Path) -> None:
    received = write(
        tmp_path / "received.tar", *(member(f"packages/{n}", size=1024 * 1024) for n in range(3))
    )
    repack(received, tmp_path / "layer.tar", Bounds(layer_mib=3, layer_files=3))
    with pytest.raises(DependencyError, match="over 2 MiB"):
        repack(received, tmp_path / "layer.tar", Bounds(layer_mib=2))
    with pytest.raises(DependencyError, match="over 2 files"):
        repack(received, tmp_path / "layer.tar", dataclasses.replace(Bounds(), layer_files=2))


@pytest.mark.parametrize("content", [b"", b"no tar", b"\x1f\x8b" * 400, b"a" * 2000])
def test_what_is_no_tar_is_our_failure(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "received.tar").write_bytes(content)
    with pytest.raises(GradingFailed, match="handed out no tar"):
        repack(tmp_path / "received.tar", tmp_path / "layer.tar", Bounds())


def test_a_tar_that_ends_early_is_our_failure(tmp_path: Path) -> None:
    received = write(tmp_path / "received.tar", member("packages/a", size=50_000))
    received.write_bytes(received.read_bytes()[:20_000])
    with pytest.raises(GradingFailed, match="handed out no tar"):
        repack(received, tmp_path / "layer.tar", Bounds())
