"""Installs wheels and hands them out as a tar: `python builder.py BUILD.json`, in the candidate's own image.

Standard output carries events as JSON lines, and between them the tar as lines of base64. No package's code is run.
"""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

_WORK = Path("/tmp/build")  # noqa: S108 - a tmpfs of the sandbox's own
_PACKAGES = _WORK / "layer" / "packages"
_SAID_BYTES = 64 * 1024
_CHUNK = 3 * 64 * 1024


class StepFailed(Exception):  # noqa: N818 - it says which step ended how
    """A step of pip's ended with another status than 0."""

    def __init__(self, step: str, status: int, said: str) -> None:
        super().__init__(step)
        self.event = {"event": "failed", "step": step, "status": status, "said": said}


class Base64Lines(io.RawIOBase):
    """A file that is written to standard output as lines of base64."""

    def __init__(self) -> None:
        super().__init__()
        self._rest = bytearray()

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever has a buffer
        """Take bytes, and print what makes whole lines."""
        self._rest += data
        whole = len(self._rest) // _CHUNK * _CHUNK
        for start in range(0, whole, _CHUNK):
            self._print(self._rest[start : start + _CHUNK])
        del self._rest[:whole]
        return len(data)

    def finish(self) -> None:
        """Print what is left."""
        if self._rest:
            self._print(self._rest)

    @staticmethod
    def _print(data: bytes | bytearray) -> None:
        sys.stdout.buffer.write(base64.b64encode(data) + b"\n")


def main() -> None:
    """Find out what is new, install it, compile it, hand it out; each step is told."""
    build = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    _PACKAGES.mkdir(parents=True)
    try:
        new = resolve(build)
        say({"event": "resolved", "packages": new})
        if new:
            install(build, new)
            compile_all()
        hand_out()
    except StepFailed as failed:
        say(failed.event)
    else:
        say({"event": "done"})
    sys.stdout.flush()


def say(event: dict[str, Any]) -> None:
    """Write one event."""
    sys.stdout.buffer.write(json.dumps(event).encode() + b"\n")
    sys.stdout.flush()


def resolve(build: dict[str, Any]) -> list[str]:
    """Return what must be installed beside what is here, each as `name==version`."""
    wanted, held = _WORK / "requirements.txt", _WORK / "constraints.txt"
    report = _WORK / "report.json"
    wanted.write_text(build["requirements"], encoding="utf-8")
    held.write_text("".join(f"{one.name}=={one.version}\n" for one in distributions()), encoding="utf-8")
    options = ["--dry-run", "--report", str(report), "--requirement", str(wanted), "--constraint", str(held)]
    pip("resolve", build, options)
    found = json.loads(report.read_text(encoding="utf-8"))["install"]
    return sorted(f"{one['metadata']['name']}=={one['metadata']['version']}" for one in found)


def install(build: dict[str, Any], new: list[str]) -> None:
    """Install exactly these into a folder of their own."""
    pip("install", build, ["--no-deps", "--no-compile", "--target", str(_PACKAGES), *new])


def pip(step: str, build: dict[str, Any], options: list[str]) -> None:
    """Run pip's `install` over the relay. Raises `StepFailed` with the end of what it said."""
    indexes = [f"http://127.0.0.1:{build['port']}/{number}" for number in range(build["indexes"])]
    command = [sys.executable, "-P", "-s", "-m", "pip", "install", "--isolated", "--no-input", "--no-color"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--only-binary=:all:", "--progress-bar=off"]
    command += ["--retries=0", f"--timeout={build['timeout_s']}", "--index-url", indexes[0]]
    for index in indexes[1:]:
        command += ["--extra-index-url", index]
    environment = {**os.environ, "PYTHONPATH": build["pip"], "TMPDIR": str(_WORK)}
    environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(_WORK / "bytecode")}
    log = _WORK / f"{step}.log"
    with log.open("wb") as said:
        done = subprocess.run(
            [*command, *options], env=environment, stdin=subprocess.DEVNULL, stdout=said,
            stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        end = log.read_bytes()[-_SAID_BYTES:].decode("utf-8", "replace")
        raise StepFailed(step, done.returncode, end)


def compile_all() -> None:
    """Compile to byte code that is never compared with its source again; what cannot be compiled stays as it is."""
    how = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(_WORK / "layer"), "-p", "/files"]
    shutil.rmtree(_PACKAGES / "__pycache__", ignore_errors=True)
    subprocess.run(
        [sys.executable, "-P", "-s", "-m", "compileall", *how, str(_PACKAGES)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def hand_out() -> None:
    """Print the packages as an uncompressed tar; the same files give the same bytes."""
    lines = Base64Lines()
    with tarfile.open(fileobj=lines, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(_PACKAGES.rglob("*")):
            if not path.is_file() or path.is_symlink():
                continue
            member = tarfile.TarInfo(f"packages/{path.relative_to(_PACKAGES).as_posix()}")
            status = path.stat()
            member.size, member.mode = status.st_size, 0o755 if status.st_mode & 0o100 else 0o644
            with path.open("rb") as file:
                archive.addfile(member, file)
    lines.finish()


if __name__ == "__main__":
    main()
