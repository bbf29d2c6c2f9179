"""Cgroups of version 1: the same path in the hierarchy of each controller."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from sandbox.cgroup import MIB, POLL_S, Cgroup, cpu_list, folders_below, read, read_fields


class CgroupV1(Cgroup):
    """A cgroup of version 1: the same path in the hierarchy of each controller."""

    def create(self) -> None:
        """Make its folders; a cpuset must name processors and memory nodes before it can hold a process."""
        for folder in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
        if cpuset := self._folders.get("cpuset"):
            _inherit_cpuset(cpuset)

    def limit(self, memory_mib: int, processes: int, cpus: Sequence[int]) -> None:
        """Limit memory (without swap), processes and processors (none named: any). Raises `OSError`."""
        if memory := self._folders.get("memory"):
            (memory / "memory.limit_in_bytes").write_text(str(memory_mib * MIB))
            with contextlib.suppress(FileNotFoundError):  # kernels without swap accounting
                (memory / "memory.memsw.limit_in_bytes").write_text(str(memory_mib * MIB))
        if pids := self._folders.get("pids"):
            (pids / "pids.max").write_text(str(processes))
        if cpus and (cpuset := self._folders.get("cpuset")):
            (cpuset / "cpuset.cpus").write_text(cpu_list(cpus))

    def cpu_s(self) -> float | None:
        """Return the seconds of processor time used so far."""
        used_ns = self._number("cpuacct", "cpuacct.usage")
        return None if used_ns is None else used_ns / 1e9

    def memory_mib(self) -> float | None:
        """Return the memory in use, without the page cache that the kernel would give back first."""
        used = self._number("memory", "memory.usage_in_bytes")
        if used is None:
            return None
        reclaimable = self._fields("memory", "memory.stat").get("total_inactive_file", 0)
        return max(0, used - reclaimable) / MIB

    def peak_memory_mib(self) -> float | None:
        """Return the most memory that was ever charged, page cache included."""
        peak = self._number("memory", "memory.max_usage_in_bytes")
        return None if peak is None else peak / MIB

    def oom_kills(self) -> int:
        """Return how many processes the kernel killed for want of memory, those of cgroups below included."""
        if (memory := self._folders.get("memory")) is None:
            return 0
        places = [memory, *folders_below(memory)]
        return sum(read_fields(place / "memory.oom_control").get("oom_kill", 0) for place in places)

    def oom_event(self) -> int | None:
        """Return a file descriptor that becomes readable at the first lack of memory; the caller closes it."""
        if (memory := self._folders.get("memory")) is None:
            return None
        event = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        try:
            control = os.open(memory / "memory.oom_control", os.O_RDONLY | os.O_CLOEXEC)
            try:
                (memory / "cgroup.event_control").write_text(f"{event} {control}")
            finally:
                os.close(control)
        except OSError:  # no such notice in this kernel: the count at the end still tells
            os.close(event)
            return None
        return event

    def freeze(self, timeout_s: float = 5.0) -> None:
        """Stop every process and return once all have stopped. Raises `TimeoutError`."""
        state = self._folder("freezer") / "freezer.state"
        deadline = time.monotonic() + timeout_s
        state.write_text("FROZEN")
        while (seen := state.read_text().strip()) != "FROZEN":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{state} is still {seen} after {timeout_s} s; expected FROZEN")
            time.sleep(POLL_S)
            state.write_text("FROZEN")  # a process forked meanwhile is caught by asking again

    def thaw(self) -> None:
        """Let frozen processes go on."""
        (self._folder("freezer") / "freezer.state").write_text("THAWED")

    def kill(self) -> None:
        """Send SIGKILL to every process; frozen ones die once they are thawed."""
        with contextlib.suppress(OSError, TimeoutError):
            self.freeze(1.0)  # nothing forks away between the reading of the list and the signals
        for pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self.thaw()

    def _folder(self, controller: str) -> Path:
        if (folder := self._folders.get(controller)) is None:
            raise FileNotFoundError(errno.ENOENT, f"no writable cgroup hierarchy for {controller}")
        return folder

    def _number(self, controller: str, name: str) -> int | None:
        folder = self._folders.get(controller)
        text = None if folder is None else read(folder / name)
        return None if text is None else int(text)

    def _fields(self, controller: str, name: str) -> dict[str, int]:
        folder = self._folders.get(controller)
        return {} if folder is None else read_fields(folder / name)


def _inherit_cpuset(folder: Path) -> None:
    for name in ("cpuset.cpus", "cpuset.mems"):
        if (folder / name).read_text().strip():
            continue
        if not (folder.parent / name).read_text().strip():
            _inherit_cpuset(folder.parent)
        (folder / name).write_text((folder.parent / name).read_text())
