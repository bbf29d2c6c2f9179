"""The cgroups that an engine on this host starts sandboxes in: found, read through `sandbox.cgroups`, and removed."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from sandbox.cgroup import CONTROLLERS, Cgroup
from sandbox.cgroup_v1 import CgroupV1
from sandbox.cgroup_v2 import CgroupV2

ROOT = Path("/sys/fs/cgroup")
GROUP = "coding-challenge-grader"
"""Name of the cgroup that all pods' cgroups are in."""

_REMOVE_TIMEOUT_S = 2.0


def can_be_kept() -> bool:
    """Claim that this process may remove and freeze cgroups that the engine makes under the root."""
    return all(os.access(root, os.W_OK) for root in _roots())


def group_of(pod: str, sandbox: str = "") -> str:
    """Return the cgroup of a pod, or to start a sandbox in: it outlives the container, and so does its account."""
    return f"/{GROUP}/{pod}/{sandbox}".rstrip("/")


def find_group(parent: str) -> Cgroup | None:
    """Return the cgroup of a started sandbox, `None` where this host's cgroups are not the engine's.

    The engine makes it and its name is random, so that finding it proves whose it is.
    """
    where = parent.lstrip("/")
    if (ROOT / where).is_dir():
        return CgroupV2({"memory": ROOT / where})
    if (ROOT / "memory" / where).is_dir():
        return CgroupV1({name: ROOT / name / where for name in CONTROLLERS})
    return None


def pods_with_groups() -> tuple[str, ...]:
    """Return the pods that have cgroups on this host."""
    return tuple(sorted({folder.name for root in _roots() for folder in _folders_in(root / GROUP)}))


def thaw_all(pod: str) -> None:
    """Let everything of a pod go on: in version 1 a frozen process cannot be killed."""
    for root in _roots():
        for folder in _folders_in(root / GROUP / pod):
            for file, word in (("freezer.state", "THAWED"), ("cgroup.freeze", "0")):
                with contextlib.suppress(OSError):
                    if (folder / file).exists():
                        (folder / file).write_text(word)


def remove_group(parent: str) -> bool:
    """Remove an emptied cgroup with what is in it from every hierarchy; return whether there was one.

    The kernel lets go of a cgroup a moment after its last process, hence the patience.
    """
    tops = [root / parent.lstrip("/") for root in _roots()]
    present = [top for top in tops if top.is_dir()]
    for top in present:
        for folder, _, _ in os.walk(top, topdown=False):  # which passes over what goes away meanwhile
            _remove(Path(folder))
    return bool(present)


def _roots() -> tuple[Path, ...]:
    """Return where hierarchies are mounted: the root itself in version 2, its folders in version 1."""
    if not ROOT.is_dir() or (ROOT / "cgroup.controllers").exists():
        return (ROOT,)
    return tuple(path for path in ROOT.iterdir() if path.is_dir() and not path.is_symlink())


def _folders_in(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder) if entry.is_dir()]
    except FileNotFoundError:
        return []


def _remove(folder: Path) -> None:
    deadline = time.monotonic() + _REMOVE_TIMEOUT_S
    while True:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            if time.monotonic() > deadline:
                return
            time.sleep(0.005)
        else:
            return
