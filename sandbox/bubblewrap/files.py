"""Unpack a sandbox's files; nothing in an archive may point or be written outside of its folder."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path, PurePosixPath

from sandbox.errors import PodError


def unpack(archive: bytes, folder: Path) -> None:
    """Unpack an uncompressed tar into a new folder, readable by everybody. Raises `PodError`.

    Links are made last, symbolic ones at the very end, so that nothing is written through one.
    """
    make_open_folder(folder)
    links: list[tarfile.TarInfo] = []
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as tar:
            for member in tar:
                target = folder / _checked(member.name)
                if member.isdir():
                    _make_folder(target, folder)
                elif member.isreg():
                    _make_folder(target.parent, folder)
                    _write(tar, member, target)
                elif member.issym() or member.islnk():
                    links.append(member)
                else:
                    raise PodError(f"files: {member.name!r} is neither a file, a folder nor a link")
        for member in sorted(links, key=tarfile.TarInfo.issym):
            _link(member, folder)
    except (tarfile.TarError, OSError) as error:
        raise PodError(f"files: cannot be unpacked: {error}") from error


def make_open_folder(folder: Path) -> None:
    """Make a folder that everybody may read and enter, whatever the umask is."""
    folder.mkdir()
    folder.chmod(0o755)


def _checked(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise PodError(f"files: {name!r} is outside of the folder; expected a path below it")
    return path


def _make_folder(path: Path, root: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    while path != root:
        path.chmod(0o755)
        path = path.parent


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    mode = 0o755 if member.mode & 0o100 else 0o644
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    source = tar.extractfile(member)
    with os.fdopen(os.open(target, flags, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        if source is not None:
            file.write(source.read())


def _link(member: tarfile.TarInfo, root: Path) -> None:
    target = root / _checked(member.name)
    if member.islnk():
        _make_folder(target.parent, root)
        os.link(root / _checked(member.linkname), target, follow_symlinks=False)
        return
    above = [path for path in target.parents if path.is_relative_to(root) and path != root]
    if any(path.is_symlink() for path in above):
        raise PodError(f"files: {member.name!r} lies behind a link")
    if not _stays_inside(PurePosixPath(member.name).parent, PurePosixPath(member.linkname)):
        raise PodError(
            f"files: the link {member.name!r} points outside of the folder, to {member.linkname!r}"
        )
    _make_folder(target.parent, root)
    target.symlink_to(member.linkname)


def _stays_inside(place: PurePosixPath, link: PurePosixPath) -> bool:
    if link.is_absolute():
        return False
    depth = len(place.parts)
    for part in link.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return False
    return True
