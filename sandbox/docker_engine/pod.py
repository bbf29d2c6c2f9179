"""A pod of containers: one network namespace with nothing but loopback, and everything gone at the end."""

from __future__ import annotations

import re
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from docker import APIClient
from docker.errors import APIError, NotFound

from sandbox.contract import SandboxSpec
from sandbox.docker_engine.client import is_about_a_lender, remove_container, told_as_pod_error
from sandbox.docker_engine.groups import group_of
from sandbox.docker_engine.network import LoopbackNetwork
from sandbox.docker_engine.ownership import Owner, labels
from sandbox.docker_engine.reaping import remove_pod
from sandbox.docker_engine.sandbox import DockerSandbox
from sandbox.docker_engine.settings import Placement, create_sandbox
from sandbox.docker_engine.volumes import Volumes
from sandbox.errors import PodError
from sandbox.images.store import BuiltImage, ImageStore
from sandbox.policy import Policy

_START_TRIES = 20


@dataclass(frozen=True, slots=True)
class Machine:
    """What every pod of an engine shares. `has_groups`: its sandboxes' cgroups are made where we can keep them."""

    api: APIClient
    policy: Policy
    images: ImageStore
    runtime: str | None
    security: tuple[str, ...]
    has_groups: bool


class DockerPod:
    """Sandboxes that share one loopback network; the contract's `Pod`."""

    def __init__(self, machine: Machine) -> None:
        owner = Owner.this_process()
        self._machine, self._owner, self._id = machine, owner, owner.new_pod()
        self._volumes = Volumes(machine.api, machine.policy, machine.security, owner, self._id)
        self._network = LoopbackNetwork()
        self._workers = ThreadPoolExecutor(max_workers=16, thread_name_prefix="pod")
        self._changed = threading.Condition()
        self._sandboxes: dict[str, DockerSandbox] = {}
        self._ended: list[DockerSandbox] = []
        self._starting: set[str] = set()
        self._started = 0
        self._is_closed = False

    def start(self, spec: SandboxSpec) -> DockerSandbox:
        """Start a sandbox. A name may be used again once its sandbox has ended. Raises `PodError`."""
        group = self._take_name(spec.name)
        try:
            with told_as_pod_error(f"start sandbox {spec.name!r}"):
                sandbox = self._make(spec, group)
            with self._changed:
                self._sandboxes[spec.name] = sandbox
            return sandbox
        finally:
            with self._changed:
                self._starting.discard(spec.name)
                self._changed.notify_all()

    def discard_data(self, name: str) -> None:
        """Forget the data folder of a name whose sandbox has ended; its next sandbox starts with an empty one."""
        with self._changed:
            sandbox = self._sandboxes.get(name)
        if name in self._starting or (sandbox is not None and sandbox.is_running()):
            raise PodError(f"cannot discard the data of sandbox {name!r}: it still runs")
        with told_as_pod_error(f"discard the data of sandbox {name!r}"):
            if sandbox is not None:
                sandbox.discard()
            self._volumes.discard_data(name)

    def close(self) -> None:
        """Kill what runs and remove every trace; safe to call twice."""
        with self._changed:
            if self._is_closed:
                return
            self._is_closed = True
            self._changed.wait_for(lambda: not self._starting)
            sandboxes = [*self._ended, *self._sandboxes.values()]
        try:
            with told_as_pod_error("close a pod"):
                list(self._workers.map(DockerSandbox.discard, sandboxes))
                self._volumes.close()
        finally:
            self._workers.shutdown()
            with told_as_pod_error("remove what a pod left"):
                remove_pod(self._machine.api, self._id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take_name(self, name: str) -> str:
        """Hold a name for a sandbox, and return one for its cgroup that no other has."""
        with self._changed:
            if self._is_closed:
                raise PodError(f"cannot start sandbox {name!r}: its pod is closed")
            earlier = self._sandboxes.get(name)
            if name in self._starting or (earlier is not None and earlier.is_running()):
                raise PodError(f"cannot start sandbox {name!r}: one of this name still runs in the pod")
            if earlier is not None:
                self._ended.append(self._sandboxes.pop(name))
            self._starting.add(name)
            self._started += 1
            return f"{self._started}-{re.sub(r'[^A-Za-z0-9_-]', '-', name)[:40]}"

    def _make(self, spec: SandboxSpec, group: str) -> DockerSandbox:
        """Fill the volumes while the container is made, and start it once they are full."""
        image = self._machine.images.get(spec.image)
        filling = self._workers.submit(self._volumes.fill, spec.files, image.tag)
        keeping: Future[None] | None = None
        try:
            if spec.data:
                self._volumes.make_data(spec.name)
                keeping = self._workers.submit(self._volumes.keep, spec.name, image.tag)
            sandbox = self._place(spec, image, group, filling)
            if keeping is not None:
                keeping.result()
            return sandbox
        finally:
            wait([future for future in (filling, keeping) if future is not None])

    def _place(
        self, spec: SandboxSpec, image: BuiltImage, group: str, filling: Future[None]
    ) -> DockerSandbox:
        """Start it in the pod's network; again, where what it was to join ended in that moment."""
        for _ in range(_START_TRIES):
            with self._network.place() as joined:
                try:
                    return self._start(spec, self._placement(spec, image, group, joined), filling)
                except APIError as error:
                    if joined is None:
                        raise
                    if not self._runs(joined):
                        self._network.forget(joined)
                    elif not is_about_a_lender(error):
                        raise
        raise PodError(
            f"cannot start sandbox {spec.name!r}: the pod's other sandboxes end as fast as it could join them"
        )

    def _start(self, spec: SandboxSpec, placement: Placement, filling: Future[None]) -> DockerSandbox:
        api, policy = self._machine.api, self._machine.policy
        container = create_sandbox(api, spec, policy, placement)
        sandbox: DockerSandbox | None = None
        try:
            sandbox = DockerSandbox(api, spec, policy, container, placement.cgroup_parent)
            filling.result()
            sandbox.start()
        except BaseException:
            if sandbox is not None:
                sandbox.discard()
            else:
                remove_container(api, container)
            raise
        if sandbox.is_running():
            self._network.add(container, sandbox.is_running)
        return sandbox

    def _placement(self, spec: SandboxSpec, image: BuiltImage, group: str, joined: str | None) -> Placement:
        return Placement(
            image=image,
            security=self._machine.security,
            labels=labels(self._owner, self._id, "sandbox"),
            files_volume=self._volumes.files_name(spec.files),
            data_volume=self._volumes.data_name(spec.name) if spec.data else None,
            cgroup_parent=group_of(self._id, group) if self._machine.has_groups else None,
            joins=joined,
            runtime=self._machine.runtime,
        )

    def _runs(self, container: str) -> bool:
        try:
            return bool(self._machine.api.inspect_container(container)["State"]["Running"])
        except NotFound:
            return False
