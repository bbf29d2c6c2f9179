"""Cgroups of version 2: one folder for all controllers."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.cgroup import CONTROLLERS, MIB, POLL_S, Cgroup, cpu_list, read, read_fields


class CgroupV2(Cgroup):
    """A cgroup of version 2: one folder for all controllers."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        super().__init__(folders)
        self._place = self.folders[0]

    def create(self) -> None:
        """Make its folder and hand the controllers down to it from each folder above that offers them."""
        missing = [path for path in self._place.parents if not path.exists()]
        top = missing[-1].parent if missing else self._place.parent
        self._place.mkdir(parents=True, exist_ok=True)
        for above in [top, *reversed(missing)]:
            _hand_down(above)

    def limit(self, memory_mib: int, processes: int, cpus: Sequence[int]) -> None:
        """Limit memory (without swap), processes and processors (none named: any). Raises `OSError`."""
        self._write("memory.max", str(memory_mib * MIB))
        with contextlib.suppress(FileNotFoundError):  # kernels without swap accounting
            self._write("memory.swap.max", "0")
        with contextlib.suppress(FileNotFoundError):
            self._write("memory.oom.group", "1")  # a lack of memory ends the sandbox, not one process of it
        self._write("pids.max", str(processes))
        if cpus and (self._place / "cpuset.cpus").exists():
            self._write("cpuset.cpus", cpu_list(cpus))

    def cpu_s(self) -> float | None:
        """Return the seconds of processor time used so far."""
        used_us = read_fields(self._place / "cpu.stat").get("usage_usec")
        return None if used_us is None else used_us / 1e6

    def memory_mib(self) -> float | None:
        """Return the memory in use, without the page cache that the kernel would give back first."""
        text = read(self._place / "memory.current")
        if text is None:
            return None
        reclaimable = read_fields(self._place / "memory.stat").get("inactive_file", 0)
        return max(0, int(text) - reclaimable) / MIB

    def peak_memory_mib(self) -> float | None:
        """Return the most memory that was ever charged; `None` before Linux 5.19, which has no such account."""
        text = read(self._place / "memory.peak")
        return None if text is None else int(text) / MIB

    def oom_kills(self) -> int:
        """Return how many processes the kernel killed for want of memory, those of cgroups below included."""
        return read_fields(self._place / "memory.events").get("oom_kill", 0)

    def freeze(self, timeout_s: float = 5.0) -> None:
        """Stop every process and return once all have stopped. Raises `TimeoutError`."""
        deadline = time.monotonic() + timeout_s
        self._write("cgroup.freeze", "1")
        while not read_fields(self._place / "cgroup.events").get("frozen"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._place} is not frozen after {timeout_s} s")
            time.sleep(POLL_S)

    def thaw(self) -> None:
        """Let frozen processes go on."""
        self._write("cgroup.freeze", "0")

    def kill(self) -> None:
        """Send SIGKILL to every process, frozen ones included; does not wait for their end."""
        try:
            self._write("cgroup.kill", "1")
        except FileNotFoundError:  # before Linux 5.14
            for pid in self.pids():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _write(self, name: str, text: str) -> None:
        (self._place / name).write_text(text)


def _hand_down(folder: Path) -> None:
    offered = set((read(folder / "cgroup.controllers") or "").split())
    given = set((read(folder / "cgroup.subtree_control") or "").split())
    for name in sorted((offered & set(CONTROLLERS)) - given):
        (folder / "cgroup.subtree_control").write_text(f"+{name}")
