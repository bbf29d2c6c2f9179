"""The Docker engine as a maker of pods."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable

from docker import APIClient
from docker.errors import DockerException

from sandbox.contract import EngineFacts, Image
from sandbox.docker_engine.client import TRANSPORT_ERRORS, connect, is_local, reason_of, told_as_pod_error
from sandbox.docker_engine.facts import facts_of, nothing_answers
from sandbox.docker_engine.groups import can_be_kept
from sandbox.docker_engine.pod import DockerPod, Machine
from sandbox.docker_engine.reaping import remove_orphans
from sandbox.docker_engine.seccomp_profile import security_options
from sandbox.errors import EngineUnavailable, ImageError
from sandbox.images.store import ImageStore
from sandbox.policy import load_policy


class DockerEngine:
    """Makes pods of containers; the contract's `Engine`. Connects when it is first used."""

    def __init__(
        self, client: APIClient | None = None, runtime: str | None = None, base_image: str | None = None
    ) -> None:
        self._client, self._runtime, self._base_image = client, runtime, base_image
        self._machine: Machine | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The name that `--engine` takes."""
        return "docker"

    def describe(self) -> EngineFacts:
        """Look at the machine without changing it; never raises."""
        try:
            machine = self._connected()
            return facts_of(machine.api, machine.images, self._runtime)
        except EngineUnavailable as error:
            return nothing_answers(str(error))
        except (DockerException, *TRANSPORT_ERRORS) as error:
            return nothing_answers(f"the Docker engine stopped answering: {reason_of(error)}")

    def processors(self) -> tuple[int, ...]:
        """Return the numbers of the processors that sandboxes may be pinned to. Raises `SandboxError`."""
        machine = self._connected()
        with told_as_pod_error("count its processors"):
            count = int(machine.api.info()["NCPU"])
        here = tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ()
        return here if len(here) == count else tuple(range(count))

    def prepare(self, say: Callable[[str], None]) -> None:
        """Build the images that are missing, telling each step to `say`. Raises `SandboxError`."""
        machine = self._connected()
        try:
            machine.images.prepare(say)
        except (DockerException, *TRANSPORT_ERRORS) as error:
            raise ImageError(f"the images could not be built: {reason_of(error)}") from error

    def open_pod(self) -> DockerPod:
        """Open an empty pod. Raises `SandboxError` where the engine does not answer or an image is missing."""
        machine = self._connected()
        with told_as_pod_error("look at its images"):
            machine.images.get(Image.CANDIDATE)
        return DockerPod(machine)

    def reap(self) -> int:
        """Remove what killed graders left behind; return how many things were removed."""
        machine = self._connected()
        with told_as_pod_error("remove what a killed grader left"):
            return remove_orphans(machine.api)

    def _connect(self) -> APIClient:
        """Connect, and hang up when this engine is no longer used."""
        api = connect()
        weakref.finalize(self, api.close)
        return api

    def _connected(self) -> Machine:
        with self._lock:
            if self._machine is None:
                api, policy = self._client or self._connect(), load_policy()
                with told_as_pod_error("say what it is"):
                    info = api.info()
                self._machine = Machine(
                    api,
                    policy,
                    ImageStore(api, policy, self._base_image),
                    self._runtime,
                    security=tuple(security_options(policy, info.get("Architecture", ""))),
                    has_groups=is_local(api) and info.get("CgroupDriver") == "cgroupfs" and can_be_kept(),
                )
            return self._machine
