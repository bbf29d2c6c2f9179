"""Builds submissions of every kind, right ones and hostile ones."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Files = Mapping[str, bytes]
SOLUTION: Files = {"solution.py": b"class LRUCache:\n    pass\n", "README.md": b"# A cache\n"}

_GIT_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def make_folder(path: Path, files: Files) -> Path:
    """Write files into a new folder."""
    path.mkdir(parents=True)
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return path


def make_zip(path: Path, files: Files) -> Path:
    """Write files into a zip as the standard library does."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def make_streamed_zip(path: Path, files: Files) -> Path:
    """Write a zip without seeking, so that sizes follow the data."""

    class Pipe(io.RawIOBase):
        data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += data
            return len(data)

    pipe = Pipe()
    pipe.data = bytearray()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path.write_bytes(pipe.data)
    return path


def make_zip64(path: Path, files: Files) -> Path:
    """Write a zip whose members say their sizes in the fields for large files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    return path


def make_tar(path: Path, files: Files, mode: str = "w:gz", layout: int = tarfile.PAX_FORMAT) -> Path:
    """Write files into a tar."""
    with tarfile.open(path, mode, format=layout) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return path


def git(folder: Path, *arguments: str) -> str:
    """Run git as a candidate would and return what it prints."""
    command = [
        "git",
        "-C",
        str(folder),
        "-c",
        "protocol.file.allow=always",
        "-c",
        "core.autocrlf=false",
        *arguments,
    ]
    return subprocess.run(
        command, env=_GIT_ENVIRONMENT, check=True, capture_output=True, text=True
    ).stdout.strip()


def make_repository(path: Path, files: Files) -> Path:
    """Make a work tree with one commit on `main`."""
    make_folder(path, files)
    git(path, "init", "--quiet", "--initial-branch=main")
    git(path, "add", "--all", "--force")
    git(path, "commit", "--quiet", "--allow-empty", "--message=solution")
    return path


def make_bare(path: Path, files: Files) -> Path:
    """Make a bare repository with one commit."""
    origin = make_repository(path.with_name(path.name + "-origin"), files)
    git(origin, "clone", "--quiet", "--bare", "--no-local", str(origin), str(path))
    return path


def make_bundle_of_loose_objects(path: Path, files: Files) -> Path:
    """Make a bare repository with packed refs and one pack."""
    make_bare(path, files)
    git(path, "gc", "--quiet")
    return path


SOURCES: Mapping[str, Callable[[Path, Files], Path | str]] = {
    "folder": make_folder,
    "zip": make_zip,
    "streamed zip": make_streamed_zip,
    "zip64": make_zip64,
    "tar.gz": make_tar,
    "tar": lambda path, files: make_tar(path, files, "w"),
    "gnu tar": lambda path, files: make_tar(path, files, "w", tarfile.GNU_FORMAT),
    "work tree": make_repository,
    "commit of a work tree": lambda path, files: f"{make_repository(path, files)}#main",
    "bare repository": make_bare,
    "packed repository": make_bundle_of_loose_objects,
    "file URL": lambda path, files: make_bare(path, files).as_uri(),
}
"""Every way by which the same files may come."""


@dataclass
class ZipEntry:
    """One member of a zip written by hand; what is `None` is written as it should be."""

    name: bytes
    data: bytes = b""
    flags: int = 0x800
    method: int = 0
    mode: int = 0o100644
    local_name: bytes | None = None
    stored: bytes | None = None
    size: int | None = None
    crc: int | None = None
    extra: bytes = b""
    offset: int | None = None


def hand_made_zip(
    entries: Iterable[ZipEntry], *, before: bytes = b"", between: bytes = b"", note: bytes = b""
) -> bytes:
    """Return a zip of members that may lie about themselves."""
    body, table, count = bytearray(before), bytearray(), 0
    for entry in entries:
        stored = entry.data if entry.stored is None else entry.stored
        size = len(entry.data) if entry.size is None else entry.size
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        local_name = entry.name if entry.local_name is None else entry.local_name
        offset = len(body) if entry.offset is None else entry.offset
        body += struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, entry.flags, entry.method, 0, 33, crc, len(stored), size,
                            len(local_name), 0) + local_name + stored + between  # fmt: skip
        table += struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 0x031E, 20, entry.flags, entry.method, 0, 33, crc,
                             len(stored), size, len(entry.name), len(entry.extra), 0, 0, 0, entry.mode << 16,
                             offset) + entry.name + entry.extra  # fmt: skip
        count += 1
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(table), len(body), len(note))
    return bytes(body + table + end + note)


def hand_made_tar(members: Iterable[tuple[str, bytes, bytes]], layout: int = tarfile.GNU_FORMAT) -> bytes:
    """Return a tar of (name, type, data) members."""
    blocks = bytearray()
    for name, kind, data in members:
        header = tarfile.TarInfo(name)
        header.type, header.size, header.linkname = kind, len(data), "elsewhere" if kind in b"12" else ""
        blocks += header.tobuf(layout, "utf-8", "surrogateescape") + data + bytes(-len(data) % 512)
    return bytes(blocks + bytes(1024))


def deflated(data: bytes) -> bytes:
    """Return raw deflated data."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def deflated_zeros(mebibytes: int) -> bytes:
    """Return raw deflated data that unpacks to so many MiB of zeros, made without compressing all of them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1024 * 1024)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + packer.flush()
