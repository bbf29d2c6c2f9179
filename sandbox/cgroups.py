"""Where the kernel accounts and limits process trees: cgroups, version 1 and 2, behind one class.

Version 1 keeps a hierarchy of folders for each controller, version 2 one for all. A cgroup is named by its
path below the place where this process may make some, `grader/POD/SANDBOX` for instance.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.cgroup import CONTROLLERS, Cgroup, read
from sandbox.cgroup_v1 import CgroupV1
from sandbox.cgroup_v2 import CgroupV2

__all__ = ["CONTROLLERS", "Cgroup", "CgroupV1", "CgroupV2", "Hierarchy", "find_hierarchy"]


_NEEDED = ("memory", "pids")


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
        places = [self.folders.get(name) for name in _NEEDED]
        if not all(place is not None and _may_make_below(place) for place in places):
            return False
        return self.version == 1 or _hands_down(self.folders["memory"])


def find_hierarchy(
    mounts: Path = Path("/proc/self/mountinfo"), own: Path = Path("/proc/self/cgroup")
) -> Hierarchy | None:
    """Return where this process can read and make cgroups; `None` where the kernel shows none."""
    by_controller: dict[str, Path] = {}
    unified: Path | None = None
    for kind, options, place in _cgroup_mounts(read(mounts) or ""):
        if kind == "cgroup2":
            unified = place
        by_controller |= {name: place for name in CONTROLLERS if kind == "cgroup" and name in options}
    if "memory" in by_controller:
        return Hierarchy(1, by_controller)
    if unified is None:
        return None
    place = _delegated_folder(unified, read(own) or "")
    offered = (read(place / "cgroup.controllers") or "").split()
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


def _may_make_below(place: Path) -> bool:
    return os.access(place, os.W_OK) and os.access(place / "cgroup.procs", os.W_OK)


def _hands_down(place: Path) -> bool:
    """Tell whether cgroups below get the controllers: version 2 refuses where processes are in the folder itself.

    So it is in a container whose root is not the machine's, which alone has no `cgroup.type`.
    """
    given = (read(place / "cgroup.subtree_control") or "").split()
    is_free = not (place / "cgroup.type").exists() or not (read(place / "cgroup.procs") or "").strip()
    return is_free or all(name in given for name in _NEEDED)


def _cgroup_mounts(mountinfo: str) -> Iterator[tuple[str, list[str], Path]]:
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2) if after.count(" ") >= 2 else ("", "", "")
        if kind in {"cgroup", "cgroup2"}:
            yield kind, options.split(","), Path(before.split(" ")[4])
