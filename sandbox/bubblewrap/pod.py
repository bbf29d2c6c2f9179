"""A pod: a holder, and sandboxes that share its loopback network."""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox import seccomp
from sandbox.bubblewrap.account import Account, CgroupAccount
from sandbox.bubblewrap.files import make_open_folder, unpack
from sandbox.bubblewrap.holder import Holder
from sandbox.bubblewrap.identity import Identity, own_identity, shared_identity
from sandbox.bubblewrap.launch import Setting, Tree, launch
from sandbox.bubblewrap.machine import Machine
from sandbox.bubblewrap.owner import new_group
from sandbox.bubblewrap.sandbox import BubblewrapSandbox
from sandbox.bubblewrap.view import POD, Places, etc_files, holder_view, mount_options
from sandbox.bubblewrap.watch import WatchedAccount
from sandbox.contract import Image, Sandbox, SandboxSpec
from sandbox.environments import Environments
from sandbox.errors import PodError
from sandbox.policy import Policy


class BubblewrapPod:
    """Sandboxes of one holder. Everything of the pod lives in the holder's memory; nothing is on the host's disk."""

    def __init__(self, machine: Machine, policy: Policy, environments: Environments) -> None:
        """Open it. Raises `SandboxError`."""
        self._machine = machine
        self._policy = policy
        self._environments = environments
        self._group = new_group()
        self._lock = threading.Lock()
        self._unpacking = threading.Lock()
        self._is_closed = False
        self._running: dict[str, BubblewrapSandbox | None] = {}
        self._names: dict[str, int] = {}
        self._data: set[str] = set()
        self._starts = 0
        ready = {image: environments.folder(image) for image in Image if environments.is_ready(image)}
        self._holder = Holder(machine, holder_view(ready))

    def start(self, spec: SandboxSpec) -> Sandbox:
        """Start a sandbox. A name may be used again once its sandbox has ended. Raises `PodError`."""
        self._environments.require(spec.image)
        place, number = self._reserve(spec.name)
        try:
            sandbox = self._start(spec, place, number)
        except OSError as error:
            self._forget(spec.name)
            raise PodError(f"{spec.name}: cannot be started: {error}") from error
        except PodError:
            self._forget(spec.name)
            raise
        with self._lock:
            if spec.name in self._running:  # else it has ended already
                self._running[spec.name] = sandbox
            is_late = self._is_closed
        if is_late:
            sandbox.kill()
            raise PodError(f"{spec.name}: the pod was closed while it was started")
        return sandbox

    def discard_data(self, name: str) -> None:
        """Forget the data folder of a name whose sandbox has ended; its next sandbox starts with an empty one."""
        with self._unpacking:
            with self._lock:
                if name in self._running:
                    raise PodError(f"{name}: its sandbox still runs; its data cannot be discarded")
                path = f"{POD}/data/{self._names.get(name)}"
            if path in self._data:
                self._holder.run([self._machine.program("umount"), "-n", path])
                self._inside(path).rmdir()
                self._data.remove(path)

    def close(self) -> None:
        """Kill what runs and remove every trace; safe to call twice."""
        with self._lock:
            self._is_closed = True
            running = [sandbox for sandbox in self._running.values() if sandbox is not None]
        for sandbox in running:
            with contextlib.suppress(PodError):  # the holder's end is the end of it all the same
                sandbox.kill()
        self._holder.close()
        if (hierarchy := self._machine.cgroups) is not None:
            group = hierarchy.at(self._group)
            group.kill_below()
            group.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, spec: SandboxSpec, place: int, number: int) -> BubblewrapSandbox:
        identity = self._identity(place)
        setting = Setting(
            machine=self._machine,
            policy=self._policy,
            holder=self._holder,
            identity=identity,
            places=self._places(spec, place, identity),
            has_cgroup=self._machine.cgroups is not None,
            seccomp=seccomp.program(self._policy, self._denied_more(spec)),
        )
        account = self._account(spec, f"{place}-{number}")
        try:
            tree = launch(spec, setting)
            self._admit(tree, account, spec)
        except (OSError, PodError):
            account.close()
            raise
        end_of, on_end = self._holder.end_of, lambda: self._forget(spec.name)
        return BubblewrapSandbox(spec, tree, account, self._policy, end_of, on_end)

    def _admit(self, tree: Tree, account: Account, spec: SandboxSpec) -> None:
        """Put the waiting first process under its limits."""
        if tree.failure is not None:
            return
        account.admit(tree.pid)
        adjustment = self._policy.sections["bubblewrap"]["oom_score_adj"]
        Path(f"/proc/{tree.pid}/oom_score_adj").write_text(str(adjustment))
        if spec.cpus:
            os.sched_setaffinity(tree.pid, spec.cpus)

    def _account(self, spec: SandboxSpec, name: str) -> Account:
        if (hierarchy := self._machine.cgroups) is None:
            return WatchedAccount(spec.limits, self._policy.sections["bubblewrap"]["watch_s"])
        return CgroupAccount(hierarchy.at(f"{self._group}/{name}"), spec.limits, spec.cpus)

    def _denied_more(self, spec: SandboxSpec) -> tuple[str, ...]:
        """Return what only this sandbox must not call: without a cpuset it could leave its processors."""
        hierarchy = self._machine.cgroups
        has_cpuset = hierarchy is not None and "cpuset" in hierarchy.folders
        return ("sched_setaffinity",) if spec.cpus and not has_cpuset else ()

    def _identity(self, place: int) -> Identity:
        if self._machine.is_root:
            return own_identity(self._policy, self._holder.pid, place)
        return shared_identity(self._policy)

    def _places(self, spec: SandboxSpec, place: int, identity: Identity) -> Places:
        """Put in the holder's view what the sandbox's view is made from."""
        digest = hashlib.sha256(spec.files).hexdigest()[:32]
        files, etc, data = f"{POD}/files/{digest}", f"{POD}/etc/{place}", f"{POD}/data/{place}"
        with self._unpacking:
            if not self._inside(files).exists():
                unpack(spec.files, self._inside(files))
            if not self._inside(etc).exists():
                self._write_etc(self._inside(etc), identity)
            if spec.data and data not in self._data:
                self._mount_data(data, identity)
                self._data.add(data)
        return Places(files, etc, data if spec.data else None)

    def _write_etc(self, folder: Path, identity: Identity) -> None:
        make_open_folder(folder)
        make_open_folder(folder / "alternatives")
        for name, text in etc_files(self._policy, identity.uid, identity.gid).items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o644)

    def _mount_data(self, path: str, identity: Identity) -> None:
        uid, gid = (identity.uid, identity.gid) if identity.is_of_host else (0, 0)
        policy = self._policy
        options = mount_options(
            policy.data_options, policy.data_mib, policy.data_inodes, mode="0700", uid=uid, gid=gid
        )
        make_open_folder(self._inside(path))
        self._holder.run([self._machine.program("mount"), "-n", "-t", "tmpfs", "-o", options, "tmpfs", path])

    def _inside(self, path: str) -> Path:
        """Return how we reach a path of the holder's view."""
        return self._holder.root / path.lstrip("/")

    def _reserve(self, name: str) -> tuple[int, int]:
        """Take a name; return its number, the same each time, and the number of the start."""
        with self._lock:
            if self._is_closed:
                raise PodError(f"{name}: the pod is closed")
            if name in self._running:
                raise PodError(f"{name}: a sandbox of this name still runs in the pod")
            self._running[name] = None
            self._starts += 1
            return self._names.setdefault(name, len(self._names)), self._starts

    def _forget(self, name: str) -> None:
        with self._lock:
            self._running.pop(name, None)
