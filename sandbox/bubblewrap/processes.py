"""What `/proc` tells of processes: their children, state, processor time and memory."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_PROCESS_CLOCK = 2  # the kernel's CPUCLOCK_SCHED: with a process number, the clock of its processor time
_PAGE_MIB = os.sysconf("SC_PAGE_SIZE") / (1024 * 1024)


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


def state(pid: int) -> str:
    """Return the letter of a process's state, X where it is gone."""
    return (status_fields(pid) or "X")[0]


def cpu_s(pid: int) -> float:
    """Return the processor time of a process, exactly, and of its waited-for children, in the kernel's ticks."""
    fields = status_fields(pid)
    if not fields:
        return 0.0
    children_s = sum(int(field) for field in fields[13:15]) / _TICK
    try:
        return time.clock_gettime((~pid << 3) | _PROCESS_CLOCK) + children_s
    except OSError:  # gone in between
        return 0.0


def resident_mib(pid: int) -> float:
    """Return the memory that a process has in use, what it shares included."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MIB
    except OSError:
        return 0.0


def proportional_mib(pid: int) -> tuple[float, float]:
    """Return what a process holds of ordinary memory and of shared memory, divided among those who share it."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # gone, or not ours to read: the resident size is never less
        return resident_mib(pid), 0.0
    rows = (line.split() for line in text.splitlines()[1:])
    sizes = {row[0].rstrip(":"): int(row[1]) / 1024 for row in rows if len(row) == 3}
    shared = sizes.get("Pss_Shmem", 0.0)
    return sizes.get("Pss", 0.0) - shared, shared


def used_mib(folder: int) -> float:
    """Return how much of a file system in memory is used."""
    stat = os.fstatvfs(folder)
    return (stat.f_blocks - stat.f_bfree) * stat.f_frsize / (1024 * 1024)
