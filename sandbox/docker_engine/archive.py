"""The files of a sandbox as it may have them: readable to all, changeable by nobody, without devices."""

from __future__ import annotations

import copy
import io
import tarfile

from sandbox.errors import PodError


def readable(archive: bytes) -> bytes:
    """Return the tar with root as owner, modes 0755 and 0644, and nothing but folders, files and links.

    A candidate's folder may come with modes that only its owner can read, and the sandbox's user owns nothing.
    """
    target = io.BytesIO()
    try:
        with (
            tarfile.open(fileobj=io.BytesIO(archive), mode="r:") as source,
            tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as made,
        ):
            for member in source:
                content = source.extractfile(member) if member.isreg() else None
                made.addfile(_opened(member), content)
    except tarfile.TarError as error:
        raise PodError(f"SandboxSpec.files is not an uncompressed tar: {error}") from error
    return target.getvalue()


def _opened(member: tarfile.TarInfo) -> tarfile.TarInfo:
    if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
        raise PodError(f"SandboxSpec.files holds {member.name!r}, which is no file, folder or link")
    opened = copy.copy(member)
    opened.uid = opened.gid = 0
    opened.uname = opened.gname = ""
    opened.mode = 0o755 if member.isdir() or member.mode & 0o111 else 0o644
    return opened
