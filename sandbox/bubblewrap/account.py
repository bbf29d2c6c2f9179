"""How a sandbox's process tree is accounted and held: by a cgroup, else by looking at `/proc`."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sandbox.cgroups import Cgroup
from sandbox.contract import Limits

_TICK = os.sysconf("SC_CLK_TCK")
_PROCESS_CLOCK = 2  # the kernel's CPUCLOCK_SCHED: with a process number, the clock of its processor time
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / (1024 * 1024)


class Account(Protocol):
    """The account of one process tree, from before its first instruction until after its end."""

    watch_s: float | None
    """How often `is_over` must be asked; `None` where the kernel itself holds the limits."""

    def admit(self, pid: int) -> None:
        """Take in the first process, which has not begun its work. Raises `OSError`."""

    def cpu_s(self) -> float | None:
        """Return the processor time used so far."""

    def memory_mib(self) -> float | None:
        """Return the memory in use."""

    def peak_memory_mib(self) -> float | None:
        """Return the most memory that was in use."""

    def oom_kills(self) -> int:
        """Return how often the memory limit has ended a process."""

    def oom_event(self) -> int | None:
        """Return a descriptor that becomes readable when memory runs out, where the kernel offers one."""

    def is_over(self) -> bool:
        """Measure; tell whether the tree must be killed for its memory."""

    def freeze(self) -> None:
        """Stop every process. Raises `OSError`, `TimeoutError`."""

    def thaw(self) -> None:
        """Let every process go on. Raises `OSError`."""

    def conclude(self, cpu_s: float) -> None:
        """Take what the first process and its waited-for children had used when it ended."""

    def close(self) -> None:
        """Keep the last readings of an ended tree and remove what the kernel keeps for it."""


@dataclass(frozen=True, slots=True)
class _Readings:
    cpu_s: float | None
    memory_mib: float | None
    peak_memory_mib: float | None
    oom_kills: int


class CgroupAccount:
    """A tree in a cgroup of its own: exact, and held by the kernel."""

    watch_s: float | None = None

    def __init__(self, cgroup: Cgroup, limits: Limits, cpus: tuple[int, ...]) -> None:
        """Make the cgroup. Raises `OSError`."""
        self._cgroup = cgroup
        self._last: _Readings | None = None
        cgroup.create()
        cgroup.limit(limits.memory_mib, limits.processes, cpus)

    def admit(self, pid: int) -> None:
        """Take in the first process, which has not begun its work. Raises `OSError`."""
        self._cgroup.add(pid)

    def cpu_s(self) -> float | None:
        """Return the processor time used so far."""
        return self._cgroup.cpu_s() if self._last is None else self._last.cpu_s

    def memory_mib(self) -> float | None:
        """Return the memory in use."""
        return self._cgroup.memory_mib() if self._last is None else self._last.memory_mib

    def peak_memory_mib(self) -> float | None:
        """Return the most memory that was in use."""
        return self._cgroup.peak_memory_mib() if self._last is None else self._last.peak_memory_mib

    def oom_kills(self) -> int:
        """Return how many processes the kernel killed for want of memory."""
        return self._cgroup.oom_kills() if self._last is None else self._last.oom_kills

    def oom_event(self) -> int | None:
        """Return a descriptor that becomes readable when memory runs out, where the kernel offers one."""
        return self._cgroup.oom_event()

    def is_over(self) -> bool:
        """Leave it to the kernel."""
        return False

    def freeze(self) -> None:
        """Stop every process. Raises `OSError`, `TimeoutError`."""
        self._cgroup.freeze()

    def thaw(self) -> None:
        """Let every process go on. Raises `OSError`."""
        self._cgroup.thaw()

    def conclude(self, cpu_s: float) -> None:
        """Believe the cgroup instead, which knows of every process."""

    def close(self) -> None:
        """Keep the last readings, remove the cgroup."""
        group = self._cgroup
        self._last = _Readings(group.cpu_s(), group.memory_mib(), group.peak_memory_mib(), group.oom_kills())
        group.kill()
        group.remove()


class WatchedAccount:
    """A tree watched through `/proc`: sampled, so that what is shorter than a sample may be missed."""

    def __init__(self, limits: Limits, watch_s: float) -> None:
        self.watch_s: float | None = watch_s
        self._limit_mib = limits.memory_mib
        self._pid: int | None = None
        self._cpu_s = 0.0
        self._memory_mib = 0.0
        self._peak_mib = 0.0
        self._kills = 0
        self._memory_folders: list[int] = []
        self._closing = threading.Lock()

    def admit(self, pid: int) -> None:
        """Take in the first process; what it used while it was being set up is not counted."""
        self._pid = pid
        self._before_s = _cpu_s(pid)
        for folder in ("tmp", "dev/shm"):
            opened = os.open(f"/proc/{pid}/root/{folder}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self._memory_folders.append(opened)

    def cpu_s(self) -> float | None:
        """Return the processor time of all processes and of their waited-for children."""
        self._measure()
        return self._cpu_s

    def memory_mib(self) -> float | None:
        """Return the resident memory of all processes; over the limit, what they share is counted once."""
        self._measure()
        return self._memory_mib

    def peak_memory_mib(self) -> float | None:
        """Return the most that a sample has seen."""
        return self._peak_mib

    def oom_kills(self) -> int:
        """Return 1 once the tree was found over its limit."""
        return self._kills

    def oom_event(self) -> int | None:
        """Offer none."""
        return None

    def is_over(self) -> bool:
        """Measure; tell whether the tree must be killed for its memory."""
        self._measure()
        if self._memory_mib > self._limit_mib:
            self._kills = 1
        return self._kills > 0

    def freeze(self, timeout_s: float = 5.0) -> None:
        """Stop every process, again until none is found running. Raises `TimeoutError`."""
        deadline = time.monotonic() + timeout_s
        while running := [pid for pid in self._pids() if _state(pid) not in "TtZX"]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(running)} processes still run after {timeout_s} s")
            for pid in running:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            time.sleep(0.001)

    def thaw(self) -> None:
        """Let every process go on."""
        for pid in self._pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def conclude(self, cpu_s: float) -> None:
        """Take what the first process and its waited-for children had used when it ended."""
        self.close()
        self._cpu_s = max(self._cpu_s, cpu_s - self._before_s)
        self._memory_mib = 0.0

    def close(self) -> None:
        """Measure no more: the process number may come to be another's."""
        with self._closing:
            self._pid = None
            while self._memory_folders:
                os.close(self._memory_folders.pop())

    def _measure(self) -> None:
        with self._closing:
            if self._pid is None:
                return
            pids = list(self._pids())
            in_files_mib = sum(_used_mib(folder) for folder in self._memory_folders)
        self._cpu_s = max(self._cpu_s, sum(_cpu_s(pid) for pid in pids) - self._before_s)
        memory_mib = sum(_resident_mib(pid) for pid in pids) + in_files_mib
        if memory_mib > self._limit_mib:  # the exact figure costs more: only where it matters
            own, shared = map(sum, zip(*(_proportional_mib(pid) for pid in pids), strict=True))
            memory_mib = own + max(shared, in_files_mib)  # files in memory may be mapped as well
        self._memory_mib = memory_mib
        self._peak_mib = max(self._peak_mib, memory_mib)

    def _pids(self) -> Iterator[int]:
        """Yield the numbers of the tree on the host: orphans become children of its first process."""
        waiting = [] if self._pid is None else [self._pid]
        while waiting:
            pid = waiting.pop()
            yield pid
            waiting += children(pid)


def children(pid: int) -> list[int]:
    """Return the children of a process, of all its threads."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def status_fields(pid: int) -> list[str]:
    """Return the fields of `/proc/PID/stat` after the name, from the state on; empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def _state(pid: int) -> str:
    return (status_fields(pid) or "X")[0]


def _cpu_s(pid: int) -> float:
    """Return the processor time of a process, exactly, and of its waited-for children, in the kernel's ticks."""
    fields = status_fields(pid)
    if not fields:
        return 0.0
    children_s = sum(int(field) for field in fields[13:15]) / _TICK
    try:
        return time.clock_gettime((~pid << 3) | _PROCESS_CLOCK) + children_s
    except OSError:  # gone in between
        return 0.0


def _resident_mib(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MIB
    except OSError:
        return 0.0


def _proportional_mib(pid: int) -> tuple[float, float]:
    """Return what a process holds of ordinary memory and of shared memory, divided among those who share it."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # gone, or not ours to read: the resident size is never less
        return _resident_mib(pid), 0.0
    rows = (line.split() for line in text.splitlines()[1:])
    sizes = {row[0].rstrip(":"): int(row[1]) / 1024 for row in rows if len(row) == 3}
    shared = sizes.get("Pss_Shmem", 0.0)
    return sizes.get("Pss", 0.0) - shared, shared


def _used_mib(folder: int) -> float:
    """Return how much of a file system in memory is used."""
    stat = os.fstatvfs(folder)
    return (stat.f_blocks - stat.f_bfree) * stat.f_frsize / (1024 * 1024)
