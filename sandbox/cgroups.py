"""The kernel's accounts and limits of one process tree: cgroups, version 1 and 2, behind one class.

Version 1 keeps a hierarchy of folders for each controller, version 2 one for all. A cgroup is named by its
path below the place where this process may make some, `grader/POD/SANDBOX` for instance.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("cpuacct", "memory", "pids", "freezer", "cpuset")
"""What is accounted and limited, by the names of version 1; version 2 needs no `cpuacct` and no `freezer`."""

MIB = 1024 * 1024
_POLL_S = 0.002


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
        for below in {path.relative_to(folder) for folder in self.folders for path in _folders_below(folder)}:
            type(self)({name: folder / below for name, folder in self._folders.items()}).kill()
        self.kill()

    def pids(self) -> set[int]:
        """Return the processes in it and in the cgroups below it."""
        found: set[int] = set()
        for folder in self.folders:
            for below in [folder, *_folders_below(folder)]:
                found.update(int(pid) for pid in (_read(below / "cgroup.procs") or "").split())
        return found

    def remove(self, timeout_s: float = 2.0) -> bool:
        """Remove it with everything below it; `False` where it is still busy after `timeout_s` seconds."""
        deadline = time.monotonic() + timeout_s
        while not all(_remove_tree(folder) for folder in self.folders):
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_S)
        return True


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
            (cpuset / "cpuset.cpus").write_text(_cpu_list(cpus))

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
        places = [memory, *_folders_below(memory)]
        return sum(_fields(place / "memory.oom_control").get("oom_kill", 0) for place in places)

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
            time.sleep(_POLL_S)
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
        text = None if folder is None else _read(folder / name)
        return None if text is None else int(text)

    def _fields(self, controller: str, name: str) -> dict[str, int]:
        folder = self._folders.get(controller)
        return {} if folder is None else _fields(folder / name)


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
            self._write("cpuset.cpus", _cpu_list(cpus))

    def cpu_s(self) -> float | None:
        """Return the seconds of processor time used so far."""
        used_us = _fields(self._place / "cpu.stat").get("usage_usec")
        return None if used_us is None else used_us / 1e6

    def memory_mib(self) -> float | None:
        """Return the memory in use, without the page cache that the kernel would give back first."""
        text = _read(self._place / "memory.current")
        if text is None:
            return None
        reclaimable = _fields(self._place / "memory.stat").get("inactive_file", 0)
        return max(0, int(text) - reclaimable) / MIB

    def peak_memory_mib(self) -> float | None:
        """Return the most memory that was ever charged; `None` before Linux 5.19, which has no such account."""
        text = _read(self._place / "memory.peak")
        return None if text is None else int(text) / MIB

    def oom_kills(self) -> int:
        """Return how many processes the kernel killed for want of memory, those of cgroups below included."""
        return _fields(self._place / "memory.events").get("oom_kill", 0)

    def freeze(self, timeout_s: float = 5.0) -> None:
        """Stop every process and return once all have stopped. Raises `TimeoutError`."""
        deadline = time.monotonic() + timeout_s
        self._write("cgroup.freeze", "1")
        while not _fields(self._place / "cgroup.events").get("frozen"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self._place} is not frozen after {timeout_s} s")
            time.sleep(_POLL_S)

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


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Where cgroups may be read or made: the folder of each controller, and the version."""

    version: int
    folders: Mapping[str, Path]

    def at(self, path: str) -> Cgroup:
        """Return the cgroup with this path (`grader/POD/SANDBOX`), whether it exists or not."""
        below = {name: folder / path.lstrip("/") for name, folder in self.folders.items()}
        return CgroupV1(below) if self.version == 1 else CgroupV2(below)

    def is_writable(self) -> bool:
        """Tell whether memory and processes can be limited here."""
        wanted = ("memory", "pids")
        return all(
            name in self.folders and os.access(self.folders[name], os.W_OK)
            and os.access(self.folders[name] / "cgroup.procs", os.W_OK)
            for name in wanted
        )  # fmt: skip


def find_hierarchy(
    mounts: Path = Path("/proc/self/mountinfo"), own: Path = Path("/proc/self/cgroup")
) -> Hierarchy | None:
    """Return where this process can read and make cgroups; `None` where the kernel shows none."""
    by_controller: dict[str, Path] = {}
    unified: Path | None = None
    for kind, options, place in _cgroup_mounts(_read(mounts) or ""):
        if kind == "cgroup2":
            unified = place
        by_controller |= {name: place for name in CONTROLLERS if kind == "cgroup" and name in options}
    if "memory" in by_controller:
        return Hierarchy(1, by_controller)
    if unified is None:
        return None
    place = _delegated_folder(unified, _read(own) or "")
    offered = (_read(place / "cgroup.controllers") or "").split()
    always = ("cpuacct", "freezer")  # part of every cgroup of version 2
    return Hierarchy(2, {name: place for name in CONTROLLERS if name in offered or name in always})


def _delegated_folder(root: Path, own: str) -> Path:
    """Return the folder below which cgroups may be made: the root, or the first writable one above our own."""
    if os.access(root / "cgroup.procs", os.W_OK) and os.access(root, os.W_OK):
        return root
    path = next((line[3:] for line in own.splitlines() if line.startswith("0::")), "/")
    mine = root / path.lstrip("/")
    candidates = [above for above in mine.parents if above.is_relative_to(root)]
    return next((above for above in candidates if os.access(above / "cgroup.procs", os.W_OK)), root)


def _cgroup_mounts(mountinfo: str) -> Iterator[tuple[str, list[str], Path]]:
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2) if after.count(" ") >= 2 else ("", "", "")
        if kind in {"cgroup", "cgroup2"}:
            yield kind, options.split(","), Path(before.split(" ")[4])


def _inherit_cpuset(folder: Path) -> None:
    for name in ("cpuset.cpus", "cpuset.mems"):
        if (folder / name).read_text().strip():
            continue
        if not (folder.parent / name).read_text().strip():
            _inherit_cpuset(folder.parent)
        (folder / name).write_text((folder.parent / name).read_text())


def _hand_down(folder: Path) -> None:
    offered = set((_read(folder / "cgroup.controllers") or "").split())
    given = set((_read(folder / "cgroup.subtree_control") or "").split())
    for name in sorted((offered & set(CONTROLLERS)) - given):
        (folder / "cgroup.subtree_control").write_text(f"+{name}")


def _cpu_list(cpus: Sequence[int]) -> str:
    return ",".join(str(cpu) for cpu in sorted(set(cpus)))


def _read(path: Path) -> str | None:
    try:
        return path.read_text()
    except OSError:
        return None


def _fields(path: Path) -> dict[str, int]:
    pairs = (line.split() for line in (_read(path) or "").splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}


def _folders_below(folder: Path) -> list[Path]:
    """Return every folder below, the deepest first."""
    found: list[Path] = []
    with contextlib.suppress(OSError):
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                found.extend([*_folders_below(entry), entry])
    return found


def _remove_tree(folder: Path) -> bool:
    try:
        for below in [*_folders_below(folder), folder]:
            below.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno in {errno.EBUSY, errno.ENOTEMPTY}:
            return False
        raise
    return True
