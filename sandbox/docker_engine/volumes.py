"""The volumes of a pod: files that are only read, and data that outlive a sandbox's restart."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from docker import APIClient
from docker.errors import APIError
from docker.types import Mount

from sandbox.contract import DATA_ROOT, FILES_ROOT
from sandbox.docker_engine.archive import readable
from sandbox.docker_engine.client import remove_container, remove_volume, told_as_pod_error
from sandbox.docker_engine.ownership import Owner, labels
from sandbox.docker_engine.settings import hardened, volume_mount
from sandbox.policy import Policy

_KEEPER_MIB = 32
_KEEPER_CODE = "import signal\nwhile True: signal.pause()"


class Volumes:
    """Makes, fills and removes one pod's volumes."""

    def __init__(
        self, api: APIClient, policy: Policy, security: Sequence[str], owner: Owner, pod: str
    ) -> None:
        self._api, self._policy, self._security = api, policy, security
        self._owner, self._pod = owner, pod
        self._lock = threading.Lock()
        self._files: dict[str, Future[None]] = {}
        self._data: dict[str, Future[None]] = {}
        self._keepers: dict[str, str] = {}

    def files_name(self, archive: bytes) -> str:
        """Return the name of the volume for these bytes."""
        return f"{self._pod}.files.{hashlib.sha256(archive).hexdigest()[:16]}"

    def fill(self, archive: bytes, image: str) -> None:
        """Put an archive into its volume, once for the same bytes. Raises `PodError`."""
        volume = self.files_name(archive)
        with self._lock:
            filled = self._files.get(volume)
            mine = filled is None
            if filled is None:
                filled = self._files[volume] = Future()
        if mine:
            try:
                _settle(filled, lambda: self._fill(volume, archive, image))
            except BaseException:
                with self._lock:  # the next start tries again
                    self._files.pop(volume, None)
                remove_volume(self._api, volume)
                raise
        filled.result()

    def data_name(self, sandbox: str) -> str:
        """Return the name of a sandbox's data volume."""
        return f"{self._pod}.data.{sandbox}"

    def make_data(self, sandbox: str) -> None:
        """Create a sandbox's data volume, once; `keep` must follow. Raises `PodError`.

        Only a tmpfs is bounded in size by every engine.
        """
        volume = self.data_name(sandbox)
        with self._lock:
            if volume in self._data:
                return
            self._data[volume] = Future()
        policy = self._policy
        options = (
            *policy.data_options,
            f"size={policy.data_mib}m,nr_inodes={policy.data_inodes},uid={policy.uid},gid={policy.gid},mode=0700",
        )
        with told_as_pod_error("make a data volume"):
            self._api.create_volume(
                volume,
                driver="local",
                driver_opts={"type": "tmpfs", "device": "tmpfs", "o": ",".join(options)},
                labels=dict(labels(self._owner, self._pod, "data")),
            )

    def keep(self, sandbox: str, image: str) -> None:
        """Hold a data volume mounted for as long as the pod lives: unmounted, a tmpfs is lost."""
        volume = self.data_name(sandbox)
        with self._lock:
            kept = self._data[volume]
            mine = not kept.running() and not kept.done()
            if mine:
                kept.set_running_or_notify_cancel()
        if mine:
            _settle(kept, lambda: self._start_keeper(volume, image))
        kept.result()

    def discard_data(self, sandbox: str) -> None:
        """Remove a sandbox's data volume, if it has one."""
        volume = self.data_name(sandbox)
        with self._lock:
            self._data.pop(volume, None)
            keeper = self._keepers.pop(volume, None)
        if keeper is not None:
            remove_container(self._api, keeper)
        remove_volume(self._api, volume)

    def close(self) -> None:
        """Remove the keepers and volumes; every sandbox must have gone before."""
        with self._lock:
            for keeper in self._keepers.values():
                remove_container(self._api, keeper)
            for volume in (*self._files, *self._data):
                remove_volume(self._api, volume)
            self._keepers.clear()
            self._files.clear()
            self._data.clear()

    def _fill(self, volume: str, archive: bytes, image: str) -> None:
        """Fill a volume through a container that never starts: the engine writes, no process of a sandbox's does."""
        files = readable(archive)
        marks = labels(self._owner, self._pod, "files")
        config = self._api.create_host_config(
            mounts=[volume_mount(volume, FILES_ROOT, marks)], network_mode="none"
        )
        with told_as_pod_error("hand over a sandbox's files"):
            helper = self._api.create_container(
                image, ["true"], network_disabled=True, host_config=config, labels=dict(marks)
            )["Id"]
            try:
                self._api.put_archive(helper, FILES_ROOT, files)
            finally:
                with contextlib.suppress(APIError):  # the pod's end removes what is left by its label
                    remove_container(self._api, helper)

    def _start_keeper(self, volume: str, image: str) -> None:
        config = hardened(
            self._api,
            self._policy,
            self._security,
            _KEEPER_MIB,
            network_mode="none",
            pids_limit=4,
            mounts=[Mount(DATA_ROOT, volume, type="volume", no_copy=True)],
        )
        with told_as_pod_error("keep a data volume"):
            keeper = self._api.create_container(
                image,
                [self._policy.python, "-c", _KEEPER_CODE],
                entrypoint=[],
                user=f"{self._policy.uid}:{self._policy.gid}",
                network_disabled=True,
                host_config=config,
                labels=dict(labels(self._owner, self._pod, "keeper")),
            )["Id"]
            with self._lock:
                self._keepers[volume] = keeper
            self._api.start(keeper)


def _settle(future: Future[None], work: Callable[[], None]) -> None:
    """Do the work and let everyone who waits for it know how it went."""
    try:
        work()
    except BaseException as error:
        future.set_exception(error)
        raise
    future.set_result(None)
