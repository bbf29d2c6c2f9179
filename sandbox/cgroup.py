"""One cgroup, whatever its version: the accounts and limits that the kernel keeps of a process tree."""

from __future__ import annotations

import contextlib
import errno
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

CONTROLLERS = ("cpuacct", "memory", "pids", "freezer", "cpuset")
"""What is accounted and limited, by the names of version 1; version 2 needs no `cpuacct` and no `freezer`."""

MIB = 1024 * 1024
POLL_S = 0.002


class Cgroup(ABC):
    """One cgroup, which may or may not exist; readings of what is not there are `None`."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = dict(folders)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that it consists of, without repetition."""
        return tuple(dict.fromkeys(self._folders.values()))

    def exists(self) -> bool:
        """Tell whether any of its folders is there."""
        return any(folder.is_dir() for folder in self.folders)

    @abstractmethod
    def create(self) -> None:
        """Make it and what is above it, ready to hold processes. Raises `OSError`."""

    @abstractmethod
    def limit(self, memory_mib: int, processes: int, cpus: Sequence[int]) -> None:
        """Limit memory (without swap), processes and processors (none named: any). Raises `OSError`."""

    @abstractmethod
    def cpu_s(self) -> float | None:
        """Return the seconds of processor time used so far."""

    @abstractmethod
    def memory_mib(self) -> float | None:
        """Return the memory in use, without the page cache that the kernel would give back first."""

    @abstractmethod
    def peak_memory_mib(self) -> float | None:
        """Return the most memory that was ever charged, page cache included."""

    @abstractmethod
    def oom_kills(self) -> int:
        """Return how many processes the kernel killed for want of memory, those of cgroups below included."""

    @abstractmethod
    def freeze(self, timeout_s: float = 5.0) -> None:
        """Stop every process and return once all have stopped. Raises `TimeoutError`."""

    @abstractmethod
    def thaw(self) -> None:
        """Let frozen processes go on."""

    @abstractmethod
    def kill(self) -> None:
        """Send SIGKILL to every process, frozen ones included; does not wait for their end."""

    def oom_event(self) -> int | None:
        """Return a file descriptor that becomes readable at the first lack of memory, where the kernel has one."""
        return None

    def add(self, pid: int) -> None:
        """Move a process (all of its threads) here. Raises `OSError`."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def kill_below(self) -> None:
        """Send SIGKILL to every process in it and in the cgroups below it, frozen ones included."""
        for below in {path.relative_to(folder) for folder in self.folders for path in folders_below(folder)}:
            type(self)({name: folder / below for name, folder in self._folders.items()}).kill()
        self.kill()

    def pids(self) -> set[int]:
        """Return the processes in it and in the cgroups below it."""
        found: set[int] = set()
        for folder in self.folders:
            for below in [folder, *folders_below(folder)]:
                found.update(int(pid) for pid in (read(below / "cgroup.procs") or "").split())
        return found

    def remove(self, timeout_s: float = 2.0) -> bool:
        """Remove it with everything below it; `False` where it is still busy after `timeout_s` seconds."""
        deadline = time.monotonic() + timeout_s
        while not all(_remove_tree(folder) for folder in self.folders):
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)
        return True


def cpu_list(cpus: Sequence[int]) -> str:
    """Write processors as the kernel reads them."""
    return ",".join(str(cpu) for cpu in sorted(set(cpus)))


def read(path: Path) -> str | None:
    """Return the text of one of the kernel's files, `None` where it is missing."""
    try:
        return path.read_text()
    except OSError:
        return None


def read_fields(path: Path) -> dict[str, int]:
    """Return the numbers of a file of lines like `name 7`."""
    pairs = (line.split() for line in (read(path) or "").splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}


def folders_below(folder: Path) -> list[Path]:
    """Return every folder below, the deepest first."""
    found: list[Path] = []
    with contextlib.suppress(OSError):
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                found.extend([*folders_below(entry), entry])
    return found


def _remove_tree(folder: Path) -> bool:
    try:
        for below in [*folders_below(folder), folder]:
            below.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno in {errno.EBUSY, errno.ENOTEMPTY}:
            return False
        raise
    return True
