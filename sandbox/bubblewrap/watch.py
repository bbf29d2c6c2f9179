"""The account of a sandbox without a cgroup: its processes are looked at every now and then."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from sandbox.bubblewrap.processes import children, cpu_s, proportional_mib, resident_mib, state, used_mib
from sandbox.contract import Limits


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
        self._before_s = cpu_s(pid)
        seen = Path("/proc", str(pid), "root")
        for folder in ("tmp", "dev/shm"):
            opened = os.open(seen / folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
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
        while running := [pid for pid in self._pids() if state(pid) not in "TtZX"]:
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
            in_files_mib = sum(used_mib(folder) for folder in self._memory_folders)
        self._cpu_s = max(self._cpu_s, sum(cpu_s(pid) for pid in pids) - self._before_s)
        memory_mib = sum(resident_mib(pid) for pid in pids) + in_files_mib
        if memory_mib > self._limit_mib:  # the exact figure costs more: only where it matters
            own, shared = map(sum, zip(*(proportional_mib(pid) for pid in pids), strict=True))
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
