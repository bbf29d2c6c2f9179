"""The two sandboxes of a build: the relay that reaches the grader, and the builder that reaches the relay."""

from __future__ import annotations

import importlib.util
import io
import json
import tarfile
from pathlib import Path

from grader.dependencies.bounds import MIB, Bounds
from grader.errors import GradingFailed
from sandbox import Image, Limits, SandboxSpec

PORT = 9100
"""Where the relay listens on the pod's loopback."""

_INSIDE = Path(__file__).with_name("inside")
_MEMORY_MIB = 2048
_TMP_MIB = 1536
_OWN_INODES = 20_000
_OVERHEAD = 1.5
"""Base64 and the events make a layer's lines longer than the layer."""


def relay_spec(bounds: Bounds) -> SandboxSpec:
    """Describe the relay."""
    return SandboxSpec(
        name="relay",
        image=Image.EXAMINER,
        command=("python", "-P", "-s", "/files/relay.py", str(PORT)),
        files=_pack({"relay.py": (_INSIDE / "relay.py").read_bytes()}),
        workdir="/tmp",  # noqa: S108 - a tmpfs of the sandbox's own
        limits=Limits(wall_s=bounds.wall_s + 60, memory_mib=256, processes=64, open_files=256, tmp_mib=16),
        channel=True,
    )


def builder_spec(requirements: str, indexes: int, bounds: Bounds) -> SandboxSpec:
    """Describe the builder: the candidate's image, with a pip beside it, which it lacks on purpose."""
    build = {
        "requirements": requirements,
        "indexes": indexes,
        "port": PORT,
        "pip": "/files/pip",
        "timeout_s": int(bounds.wall_s),
    }
    files = {
        "builder.py": (_INSIDE / "builder.py").read_bytes(),
        "build.json": json.dumps(build).encode(),
    }
    return SandboxSpec(
        name="builder",
        image=Image.CANDIDATE,
        command=("python", "-P", "-s", "/files/builder.py", "/files/build.json"),
        files=_pack(files | _pip_files()),
        workdir="/tmp",  # noqa: S108 - a tmpfs of the sandbox's own
        limits=Limits(
            wall_s=bounds.wall_s,
            memory_mib=_MEMORY_MIB,
            processes=64,
            tmp_mib=_TMP_MIB,
            tmp_inodes=2 * bounds.layer_files + _OWN_INODES,
            file_size_mib=bounds.layer_mib + bounds.file_mib,
            output_mib=bounds.layer_mib * _OVERHEAD + 16,
        ),
        channel=True,
    )


def most_output_bytes(bounds: Bounds) -> int:
    """Return how long a tar may be that is worth looking at: headers come on top of the files."""
    return bounds.layer_mib * MIB + bounds.layer_files * 1024


def _pip_files() -> dict[str, bytes]:
    """Return this Python's own pip, which is pure Python, as it lies in `/files/pip`."""
    spec = importlib.util.find_spec("pip")
    if spec is None or spec.origin is None:
        raise GradingFailed(
            "dependencies cannot be installed: this Python has no pip; install it (`ensurepip`)"
        )
    folder = Path(spec.origin).parent
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".exe"))
    return {f"pip/pip/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}


def _pack(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o644
            archive.addfile(member, io.BytesIO(files[name]))
    return buffer.getvalue()
