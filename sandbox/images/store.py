"""The images that the engine has, and how those that are missing are built."""

from __future__ import annotations

import fcntl
import io
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from docker import APIClient
from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from sandbox.contract import Image
from sandbox.environments import cache_folder
from sandbox.errors import ImageError
from sandbox.images.base import Base, find_base, get_base
from sandbox.images.etc import etc_volume_of, keep_etc
from sandbox.images.inputs import REPOSITORY, STAGE_LABEL, dockerfile, hosts_file, lock_file, tag_of
from sandbox.images.probe import probe
from sandbox.images.wheels import fetch_wheels
from sandbox.policy import Policy

_BUILD_TIMEOUT_S = 1800
ROLE_LABEL = f"{REPOSITORY}.image"


@dataclass(frozen=True, slots=True)
class BuiltImage:
    """An image ready to use, the names of the variables that it would set by itself, and the volume of its `/etc`."""

    tag: str
    variables: tuple[str, ...]
    etc_volume: str


class ImageStore:
    """Knows which images are current for the inputs of this version."""

    def __init__(self, api: APIClient, policy: Policy, base_image: str | None = None) -> None:
        self._api, self._policy, self._base_image = api, policy, base_image
        self._found: dict[Image, BuiltImage] = {}
        self._lock = threading.Lock()

    def get(self, role: Image) -> BuiltImage:
        """Return a role's image. Raises `ImageError` where it is missing or not current."""
        with self._lock:
            if role not in self._found:
                found = self._find(role)
                keep_etc(self._api, found.tag, found.etc_volume)
                self._found[role] = found
            return self._found[role]

    def tags(self) -> Mapping[Image, str | None]:
        """Return the tag of each role's current image, `None` where it must be built."""
        found: dict[Image, str | None] = {}
        for role in Image:
            try:
                found[role] = self._find(role).tag
            except ImageError:
                found[role] = None
        return found

    def prepare(self, say: Callable[[str], None]) -> None:
        """Build what is missing, telling each step; of several processes one builds. Raises `ImageError`."""
        with _one_at_a_time(say):
            self._prepare(say)

    def _prepare(self, say: Callable[[str], None]) -> None:
        base = get_base(self._api, self._base_image, say)
        for role in Image:
            tag = tag_of(role, base.id, self._policy)
            try:
                say(f"{self._find(role).tag} is current")
            except ImageError:
                self._build(role, base, tag, say)
                say(f"built {tag}")
            self.get(role)

    def _find(self, role: Image) -> BuiltImage:
        base = find_base(self._api, self._base_image)
        if base is None:
            raise ImageError(
                f"no image for the {role}: there is no base image yet; run `python -m sandbox images`"
            )
        tag = tag_of(role, base.id, self._policy)
        try:
            image = self._api.inspect_image(tag)  # type: ignore[no-untyped-call]
        except ImageNotFound as error:
            raise ImageError(
                f"no current image for the {role} ({tag}); run `python -m sandbox images`"
            ) from error
        variables = image["Config"]["Env"] or ()
        names = tuple(variable.partition("=")[0] for variable in variables)
        return BuiltImage(tag, names, etc_volume_of(tag))

    def _build(self, role: Image, base: Base, tag: str, say: Callable[[str], None]) -> None:
        wheels = fetch_wheels(lock_file(role), probe(self._api, base.reference), cache_folder(), say)
        say(f"building {tag} on {base.reference}")
        said: list[str] = []
        try:
            with _context(role, wheels, hosts_file(self._policy)) as context:
                steps = self._api.build(
                    fileobj=context,
                    custom_context=True,
                    tag=tag,
                    buildargs={"BASE_IMAGE": base.reference},
                    network_mode="none",
                    labels={ROLE_LABEL: str(role)},
                    rm=True,
                    forcerm=True,
                    decode=True,
                    timeout=_BUILD_TIMEOUT_S,
                )
                for step in steps:
                    said.extend(str(step.get("stream", "")).splitlines())
                    if "error" in step:
                        raise ImageError(_why(tag, step["error"], said))
            self._api.prune_images({"dangling": True, "label": [STAGE_LABEL]})  # type: ignore[no-untyped-call]
        except (APIError, BuildError, DockerException, OSError) as error:
            raise ImageError(_why(tag, str(error), said)) from error


@contextmanager
def _one_at_a_time(say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of this user's cache; the system lets go of it when its process dies."""
    cache_folder().mkdir(parents=True, exist_ok=True)
    with (cache_folder() / "images.lock").open("w") as lock:
        deadline, has_said = time.monotonic() + _BUILD_TIMEOUT_S, False
        while not _is_taken(lock):
            if time.monotonic() > deadline:
                raise ImageError(
                    f"another process has been building images for {_BUILD_TIMEOUT_S} s; see what it does"
                )
            if not has_said:
                say("waiting for another process that builds images")
                has_said = True
            time.sleep(0.2)
        yield


def _is_taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _context(role: Image, wheels: Path, hosts: bytes) -> io.BufferedRandom:
    """Return what the engine builds from, as a tar: nothing but the recipe, the lock, the names and the wheels."""
    file = tempfile.TemporaryFile(prefix="grader-context-")  # noqa: SIM115 - the caller closes it
    with tarfile.open(fileobj=file, mode="w") as tar:
        tar.add(dockerfile(), "Dockerfile")
        tar.add(lock_file(role), "requirements.txt")
        for wheel in sorted(wheels.iterdir()):
            tar.add(wheel, f"wheels/{wheel.name}")
        entry = tarfile.TarInfo("hosts")
        entry.size, entry.mode = len(hosts), 0o644
        tar.addfile(entry, io.BytesIO(hosts))
    file.seek(0)
    return file


def _why(tag: str, error: str, said: list[str]) -> str:
    last = " | ".join(line for line in said[-8:] if line.strip())
    return f"image {tag} could not be built: {' '.join(error.split())}; the last lines were: {last}"
