"""Whose cgroups are whose: the owner's process is part of their name, so that only a dead grader's are removed."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from sandbox.bubblewrap.processes import status_fields
from sandbox.cgroups import Hierarchy

PARENT = "grader"
_NAME = re.compile(r"bubblewrap-(?P<pids>\d+)-(?P<pid>\d+)-(?P<start>\d+)-[0-9a-f]{8}")
_START_TIME = 19  # of the fields after the name


def new_group() -> str:
    """Return the path of a new pod's cgroup: it names the process namespace, our process and when that began."""
    pid = os.getpid()
    return f"{PARENT}/bubblewrap-{_namespace()}-{pid}-{_start_time(pid)}-{secrets.token_hex(4)}"


def reap_groups(hierarchy: Hierarchy) -> int:
    """Remove the cgroups of dead graders with all that still runs in them; return how many pods they were."""
    removed = 0
    parent = hierarchy.at(PARENT)
    names = {path.name for folder in parent.folders if folder.is_dir() for path in folder.iterdir()}
    for name in sorted(names):
        found = _NAME.fullmatch(name)
        if found is None or int(found["pids"]) != _namespace():
            continue
        if _start_time(int(found["pid"])) == found["start"]:
            continue
        group = hierarchy.at(f"{PARENT}/{name}")
        group.kill_below()
        removed += group.remove()
    return removed


def _namespace() -> int:
    """Return the number of our process namespace: in another one, our process numbers mean nothing."""
    return Path("/proc/self/ns/pid").stat().st_ino


def _start_time(pid: int) -> str | None:
    fields = status_fields(pid)
    return fields[_START_TIME] if fields and fields[0] not in "ZX" else None
