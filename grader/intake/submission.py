"""A submission that was taken in: an immutable tree, its identity, and how it is handed to a sandbox."""

from __future__ import annotations

import builtins
import hashlib
import io
import stat
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.intake.settings import Settings
from grader.intake.tree import StoredFile

NOBODY = 65_534
"""The user and group that own everything in a packed submission."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One candidate's code.

    `root` lies in a temporary folder that is gone when the intake's context ends. `digest` stands for names and
    contents alone, so the same tree has it by whatever way it came. `source` is where it came from, without
    credentials. `left_out` are paths in what was given that tools leave behind and that were not taken.
    """

    root: Path
    digest: str
    source: str
    files: int
    bytes: int
    settings: Settings
    left_out: tuple[str, ...] = ()

    def paths(self) -> list[str]:
        """Return the paths of all files, relative to the root, sorted."""
        found = (path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())
        return sorted(found)

    def pack(self, prefix: str = "submission") -> builtins.bytes:
        """Return the tree as an uncompressed tar under a folder `prefix`; the same tree gives the same bytes."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
            archive.addfile(_header(prefix, tarfile.DIRTYPE, 0o755))
            for path in sorted(self.root.rglob("*")):
                name = f"{prefix}/{path.relative_to(self.root).as_posix()}"
                if path.is_dir():
                    archive.addfile(_header(name, tarfile.DIRTYPE, 0o755))
                    continue
                status = path.stat()
                header = _header(name, tarfile.REGTYPE, 0o755 if status.st_mode & stat.S_IXUSR else 0o644)
                header.size = status.st_size
                with path.open("rb") as stream:
                    archive.addfile(header, stream)
        return buffer.getvalue()


def _header(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.mode = kind, mode
    header.uid = header.gid = NOBODY
    return header


def digest_of(files: Mapping[str, StoredFile]) -> str:
    """Return what identifies a tree: a hash over its sorted paths and the hashes of what they hold."""
    digest = hashlib.sha256()
    for path in sorted(files, key=str.encode):
        digest.update(path.encode() + b"\0" + files[path].sha256)
    return f"sha256:{digest.hexdigest()}"
