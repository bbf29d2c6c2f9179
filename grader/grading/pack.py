"""What goes into the sandboxes, as tar streams: the suite, the examiner, the host, the inspector."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_LEFT_OUT = ("__pycache__", ".pytest_cache", ".hypothesis")


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return an uncompressed tar of files by path, the same bytes for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size = len(files[name])
            info.mode = 0o644
            archive.addfile(info, io.BytesIO(files[name]))
    return buffer.getvalue()


def join(*archives: bytes) -> bytes:
    """Return one tar with the members of several; an empty one has none."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as joined:
        for archive in filter(None, archives):
            with tarfile.open(fileobj=io.BytesIO(archive)) as members:
                for member in members:
                    joined.addfile(member, members.extractfile(member) if member.isreg() else None)
    return buffer.getvalue()


def read_folder(folder: Path, prefix: str) -> dict[str, bytes]:
    """Return the files under a folder of ours, by path under `prefix`."""
    return {f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in _walk(folder)}


def own_modules(*parts: str) -> dict[str, bytes]:
    """Return modules and packages of `grader` itself as they lie in `/files/grader`."""
    files: dict[str, bytes] = {}
    for part in ("__init__.py", *parts):
        path = _PACKAGE / part
        files |= (
            read_folder(path, f"grader/{part}") if path.is_dir() else {f"grader/{part}": path.read_bytes()}
        )
    return files


def host_files(challenge: Path) -> dict[str, bytes]:
    """Return the host that runs beside a candidate's library and a challenge's adapter, as they lie in `/files`."""
    files = read_folder(_PACKAGE / "host", "host")
    adapter = challenge / "adapter.py"
    return files | {"adapter.py": adapter.read_bytes()} if adapter.exists() else files


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part in _LEFT_OUT for part in path.parts):
            yield path
