"""How a sandbox's process tree is accounted and held: by a cgroup (here), else by looking at it (`watch.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sandbox.cgroups import Cgroup
from sandbox.contract import Limits


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
