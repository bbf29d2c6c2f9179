"""Takes a build's tar over as data: only plain files under `packages/`, within bounds, with headers of our own."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.dependencies.bounds import MIB, Bounds
from grader.dependencies.errors import DependencyError
from grader.errors import GradingFailed

_TOP = "packages"
_NOBODY = 65_534


def repack(received: Path, target: Path, bounds: Bounds) -> None:
    """Write the checked tar to `target`. Raises `DependencyError` (too much) and `GradingFailed` (no tar)."""
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as layer:
        try:
            with tarfile.open(received, "r:") as archive:
                for member in _checked(archive, bounds):
                    layer.addfile(_header(member), archive.extractfile(member))
        except (tarfile.TarError, OSError, UnicodeError) as error:
            raise GradingFailed(f"the build sandbox handed out no tar: {error}") from error


def _checked(archive: tarfile.TarFile, bounds: Bounds) -> Iterator[tarfile.TarInfo]:
    size, seen = 0, set[str]()
    for member in archive:
        path = PurePosixPath(member.name)
        if member.isdir() and path.parts[:1] == (_TOP,):
            continue  # folders are made by what lies in them
        if not member.isreg() or not _is_below(path):
            raise GradingFailed(
                f"the build sandbox handed out {member.name!r:.200}, which is no file of a package"
            )
        if str(path) in seen:
            raise GradingFailed(f"the build sandbox handed out {member.name!r:.200} twice")
        seen.add(str(path))
        size += member.size
        if size > bounds.layer_mib * MIB:
            raise DependencyError(
                f"the installed dependencies are over {bounds.layer_mib} MiB; ask for fewer or smaller"
            )
        if len(seen) > bounds.layer_files:
            raise DependencyError(
                f"the installed dependencies are over {bounds.layer_files} files; ask for fewer"
            )
        yield member


def _is_below(path: PurePosixPath) -> bool:
    is_plain = ".." not in path.parts and "\0" not in str(path)
    return is_plain and len(path.parts) > 1 and path.parts[0] == _TOP


def _header(member: tarfile.TarInfo) -> tarfile.TarInfo:
    header = tarfile.TarInfo(str(PurePosixPath(member.name)))
    header.size = member.size
    header.mode = 0o755 if member.mode & 0o100 else 0o644
    header.uid = header.gid = _NOBODY
    return header
