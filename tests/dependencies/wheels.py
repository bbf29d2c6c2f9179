"""Wheels and source archives made by hand."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PURE = "py3-none-any"


@dataclass(frozen=True)
class Archive:
    """A file of an index: its name and bytes."""

    filename: str
    content: bytes
    metadata: bytes = b""
    requires_python: str | None = None
    stated_sha256: str = field(default="")

    @property
    def sha256(self) -> str:
        return self.stated_sha256 or hashlib.sha256(self.content).hexdigest()


def make_wheel(
    name: str,
    version: str = "1.0",
    *,
    needs: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    tag: str = PURE,
    stored: bool = False,
    scripts: Mapping[str, str] | None = None,
    sha256: str = "",
) -> Archive:
    """Make a wheel; without `files` it is one module of the package's name with its version in it."""
    module = name.replace("-", "_")
    contents = dict(files if files is not None else {f"{module}.py": f"VERSION = {version!r}\n".encode()})
    info = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {need}\n" for need in needs)
    contents[f"{info}/METADATA"] = metadata.encode()
    contents[f"{info}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: {tag}\n".encode()
    )
    if scripts:
        lines = "".join(f"{script} = {entry}\n" for script, entry in scripts.items())
        contents[f"{info}/entry_points.txt"] = f"[console_scripts]\n{lines}".encode()
    contents[f"{info}/RECORD"] = _record(contents, f"{info}/RECORD")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
    return Archive(
        f"{module}-{version}-{tag}.whl", buffer.getvalue(), metadata.encode(), stated_sha256=sha256
    )


def make_source(name: str, version: str = "1.0") -> Archive:
    """Make what looks like a source archive; nobody is to open it."""
    return Archive(f"{name}-{version}.tar.gz", b"not to be opened")


def _record(contents: Mapping[str, bytes], own: str) -> bytes:
    lines = []
    for path, content in contents.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(content)}\n")
    return ("".join(lines) + f"{own},,\n").encode()
