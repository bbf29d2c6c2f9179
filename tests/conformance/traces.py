"""What a process that made sandboxes has left on this machine, found by its number and not by asking the engine."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docker import APIClient
from docker.errors import DockerException

from tests.conformance.witness import processes_with

_CGROUP_DEPTH = 4


def traces_of(pid: int, token: str) -> dict[str, list[str]]:
    """Return what is left of a process by kind; a kind without any is left out."""
    named = re.compile(rf"(?<![0-9a-zA-Z]){pid}(?![0-9a-zA-Z])")
    found = {
        "processes": [str(process) for process in processes_with(token)],
        "containers and volumes": [thing for thing in _labelled() if named.search(thing)],
        "cgroups": [path for path in _cgroups() if named.search(path)],
        "folders": [path for path in _run_folders() if named.search(path)],
        "mounts": [line for line in _mounts() if named.search(line)],
    }
    return {kind: things for kind, things in found.items() if things}


def _labelled() -> Iterator[str]:
    """Yield every container and volume of the local Docker engine with its labels."""
    try:
        api = APIClient(version="auto")
        try:
            for container in api.containers(all=True):
                yield f"container {container['Id'][:12]} {container['Labels']}"
            for volume in api.volumes()["Volumes"] or ():
                yield f"volume {volume['Name']} {volume['Labels']}"
        finally:
            api.close()
    except DockerException:
        return


def _cgroups() -> Iterator[str]:
    """Yield the cgroups of every hierarchy, not very deep."""
    root = "/sys/fs/cgroup"
    for folder, below, _ in os.walk(root):
        yield folder
        if folder.count("/") - root.count("/") >= _CGROUP_DEPTH:
            below.clear()


def _run_folders() -> Iterator[str]:
    """Yield what is in the folders where programs keep what ends with them, two levels deep."""
    places = {tempfile.gettempdir(), "/run", os.environ.get("XDG_RUNTIME_DIR", "/run")}
    for place in places:
        for pattern in ("*", "*/*"):
            yield from (str(path) for path in Path(place).glob(pattern))


def _mounts() -> list[str]:
    return Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
