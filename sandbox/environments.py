"""The two sets of packages as virtual environments, for engines that bind folders instead of running images.

An environment is made once for each lock file and Python, in the cache folder, and is never changed afterwards:
the digest of what it was made from is part of its name, and `.complete` is its last file.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sandbox.contract import Image
from sandbox.errors import ImageError
from sandbox.policy import load_policy

_LOCKS = Path(__file__).with_name("images")
_FORMAT = "1"
"""Part of every digest: another number makes every environment anew."""

_STEP_S = 900.0


def cache_folder() -> Path:
    """Return where this user's cached things are: `GRADER_CACHE`, else the XDG cache folder."""
    if named := os.environ.get("GRADER_CACHE"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "coding-challenge-grader"


def base_interpreter() -> Path:
    """Return the interpreter that environments are made with: our own, outside of any virtual environment."""
    return Path(getattr(sys, "_base_executable", sys.executable))


class Environments:
    """The environments of one cache folder."""

    def __init__(self, cache: Path | None = None, locks: Path = _LOCKS) -> None:
        self._root = (cache or cache_folder()) / "environments"
        self._locks = locks

    def folder(self, image: Image) -> Path:
        """Return where the environment of an image is, or will be once it is built."""
        lock = self._locks / f"{image}.txt"
        parts = (_FORMAT, sys.version, platform.machine(), sys.base_prefix, load_policy().venv)
        digest = hashlib.sha256("\n".join(parts).encode() + lock.read_bytes()).hexdigest()
        return self._root / f"{image}-{digest[:16]}"

    def is_ready(self, image: Image) -> bool:
        """Tell whether the environment is complete and current."""
        return (self.folder(image) / ".complete").is_file()

    def require(self, image: Image) -> Path:
        """Return the folder of a complete environment. Raises `ImageError` where there is none."""
        if not self.is_ready(image):
            raise ImageError(
                f"{self.folder(image)}: the {image} environment is not built; "
                "run `python -m sandbox images --engine bubblewrap`"
            )
        return self.folder(image)

    def build(self, image: Image, say: Callable[[str], None]) -> Path:
        """Build an environment unless it is there; two builders at once make one. Raises `ImageError`."""
        folder = self.folder(image)
        self._root.mkdir(parents=True, exist_ok=True)
        with _locked(self._root / f"{folder.name}.lock"):
            if self.is_ready(image):
                say(f"{image}: {folder} is current")
                return folder
            started = time.monotonic()
            say(f"{image}: building {folder}")
            shutil.rmtree(folder, ignore_errors=True)  # what a killed builder left
            self._install(folder, self._locks / f"{image}.txt")
            _point_scripts_at(folder, load_policy().venv)
            (folder / ".complete").touch()
            say(f"{image}: built in {time.monotonic() - started:.0f} s")
        return folder

    def remove_old(self, say: Callable[[str], None]) -> int:
        """Remove environments that no lock file asks for any more; return how many."""
        current = {self.folder(image).name for image in Image}
        folders = [path for path in self._root.glob("*-*") if path.is_dir() and path.name not in current]
        for folder in folders:
            say(f"removing {folder}, which is of another lock file or Python")
            (folder / ".complete").unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            (self._root / f"{folder.name}.lock").unlink(missing_ok=True)
        return len(folders)

    def _install(self, folder: Path, lock: Path) -> None:
        """Make the environment without a pip of its own: ours installs into it, and a sandbox installs nothing."""
        if importlib.util.find_spec("pip") is None:
            raise ImageError(f"{sys.executable} has no pip; run `{sys.executable} -m ensurepip`")
        _run(
            [str(base_interpreter()), "-I", "-m", "venv", "--without-pip", str(folder)], "make an environment"
        )
        pip = [sys.executable, "-I", "-m", "pip", "--python", str(folder / "bin" / "python")]
        how = ["--disable-pip-version-check", "--no-input", "--quiet", "install", "--require-hashes"]
        what = ["--only-binary=:all:", "--no-deps", "--compile", "-r", str(lock)]
        _run([*pip, *how, *what], f"install {lock.name}")


def _run(command: list[str], purpose: str) -> None:
    # Packages on somebody's PYTHONPATH would count as installed, and be missing in the sandbox.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        subprocess.run(
            command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=_STEP_S, umask=0o022, env=environment,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        words = " / ".join(error.stdout.strip().splitlines()[-4:])
        raise ImageError(f"could not {purpose} (exit {error.returncode}): {words}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ImageError(f"could not {purpose}: {error}") from error


def _point_scripts_at(folder: Path, venv: str) -> None:
    """Let the scripts name the interpreter by the path at which a sandbox sees it."""
    for script in (folder / "bin").iterdir():
        if script.is_symlink() or not script.is_file():
            continue
        text = script.read_bytes()
        if text.startswith(b"#!"):
            script.write_bytes(text.replace(os.fsencode(folder), venv.encode()))


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
