"""The wheels of a lock file, downloaded once on the host for the Python that will use them."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from sandbox.errors import ImageError
from sandbox.images.markers import lines_that_hold
from sandbox.images.probe import Target

_TIMEOUT_S = 1800


def fetch_wheels(lock: Path, target: Target, cache: Path, say: Callable[[str], None]) -> Path:
    """Return a folder with the wheels of a lock file, for this target. Raises `ImageError`.

    A folder is complete or not there: it is filled under another name first.
    """
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    folder = cache / "wheels" / f"{lock.stem}-{target.version}-{target.machine}-{digest}"
    if folder.is_dir():
        return folder
    say(f"downloading the wheels of {lock.name} for Python {target.version} on {target.machine}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    filling = Path(tempfile.mkdtemp(prefix="filling-", dir=folder.parent))
    try:
        _download(lock, target, filling)
        filling.chmod(0o755)
        try:
            filling.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
    finally:
        shutil.rmtree(filling, ignore_errors=True)
    return folder


def _download(lock: Path, target: Target, folder: Path) -> None:
    wanted = folder / lock.name
    wanted.write_text(lines_that_hold(lock.read_text(encoding="utf-8"), target.markers), encoding="utf-8")
    command = [*_pip(), "download", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--python-version", target.python_version, "--implementation", "cp"]
    for platform in target.platforms():
        command += ["--platform", platform]
    command += ["--requirement", str(wanted), "--dest", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise ImageError(f"pip did not download {lock.name} within {_TIMEOUT_S} s") from error
    if done.returncode != 0:
        last = " ".join(done.stderr.strip().splitlines()[-3:])
        raise ImageError(f"pip could not download the wheels of {lock.name}: {last}")
    wanted.unlink()


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    if (pip := shutil.which("pip") or shutil.which("pip3")) is not None:
        return [pip]
    raise ImageError(
        "the wheels of the images cannot be downloaded: this Python has no pip; install it (`ensurepip`)"
    )
