"""The image that ours are built on: the one asked for, else Python's own, else one made from Debian's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from docker import APIClient
from docker.errors import APIError, DockerException, ImageNotFound

from sandbox.errors import ImageError
from sandbox.images.inputs import REPOSITORY

VARIABLE = "GRADER_BASE_IMAGE"
PREFERRED = "python:3.12-slim"
MADE = f"{REPOSITORY}/base:bookworm"
_SUITE = "bookworm"
_PACKAGES = ("python3", "python3-venv")
_PULL_TIMEOUT_S = 600
_MAKE_TIMEOUT_S = 1200
_NOT_NEEDED = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")


@dataclass(frozen=True, slots=True)
class Base:
    """An image that the engine has."""

    reference: str
    id: str


def wanted_base(base_image: str | None) -> str | None:
    """Return the base that the caller or the environment names, if either does."""
    return base_image or os.environ.get(VARIABLE) or None


def find_base(api: APIClient, base_image: str | None) -> Base | None:
    """Return the base among the engine's images, `None` where it has none yet."""
    wanted = wanted_base(base_image)
    for reference in (wanted,) if wanted else (PREFERRED, MADE):
        try:
            return Base(reference, api.inspect_image(reference)["Id"])  # type: ignore[no-untyped-call]
        except ImageNotFound:
            continue
    return None


def get_base(api: APIClient, base_image: str | None, say: Callable[[str], None]) -> Base:
    """Find, fetch or make the base. Raises `ImageError`."""
    found = find_base(api, base_image)
    if found is not None:
        return found
    wanted = wanted_base(base_image)
    reference = wanted or PREFERRED
    say(f"fetching {reference}")
    why_not = _pull(api, reference)
    if why_not is not None and wanted is not None:
        raise ImageError(f"base image {wanted} is not there and cannot be fetched: {why_not}")
    if why_not is not None:
        say(f"cannot be fetched ({why_not}); making {MADE} from Debian's packages instead")
        _make(api, say)
    made = find_base(api, base_image)
    if made is None:
        raise ImageError(f"base image {reference} was fetched but is not among the engine's images")
    return made


def _pull(api: APIClient, reference: str) -> str | None:
    """Fetch an image; return why it could not be."""
    repository, _, tag = reference.partition("@") if "@" in reference else reference.rpartition(":")
    if "/" in tag or not repository:
        repository, tag = reference, "latest"
    try:
        for line in api.pull(repository, tag=tag, stream=True, decode=True):
            if "error" in line:
                return str(line["error"])
    except (DockerException, OSError) as error:
        return " ".join(str(getattr(error, "explanation", None) or error).split())
    return None


def _make(api: APIClient, say: Callable[[str], None]) -> None:
    """Bootstrap Debian into a tar, and import it. Works as root, and as a user who may make user namespaces."""
    if shutil.which("mmdebstrap") is None:
        raise ImageError(
            f"no base image: {PREFERRED} cannot be fetched and `mmdebstrap` is not installed; install it "
            f"(`apt install mmdebstrap`), or name an image that the engine has in {VARIABLE} or --base-image"
        )
    with tempfile.TemporaryDirectory(prefix="grader-base-") as folder:
        tar = Path(folder) / "base.tar"
        say(f"bootstrapping Debian {_SUITE} with {', '.join(_PACKAGES)} (about half a minute)")
        _bootstrap(tar)
        say(f"importing {MADE}")
        try:
            api.import_image_from_file(
                str(tar), repository=MADE.partition(":")[0], tag=MADE.partition(":")[2]
            )
        except (APIError, OSError) as error:
            raise ImageError(f"the engine does not take the base image: {error}") from error


def _bootstrap(tar: Path) -> None:
    command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(_PACKAGES)}", "--quiet"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in _NOT_NEEDED]
    try:
        done = subprocess.run(
            [*command, _SUITE, str(tar)], capture_output=True, text=True, timeout=_MAKE_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ImageError(f"mmdebstrap did not finish within {_MAKE_TIMEOUT_S} s") from error
    if done.returncode != 0:
        last = " ".join(done.stderr.strip().splitlines()[-3:])
        raise ImageError(f"mmdebstrap failed with status {done.returncode}: {last}")
