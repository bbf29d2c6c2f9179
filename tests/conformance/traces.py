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


def traces_of(pid: int, token: str) -> dict[str, list[str]]:
    """Return what is left of a process by kind; a kind without any is left out."""
    named = re.compile(rf"(?<![0-9a-zA-Z]){pid}(?![0-9a-zA-Z])")
    found = {
        "processes": [str(process) for process in processes_with(token)],
        "containers and volumes": [thing for thing in _labelled() if named.search(thing)],
        "cgroups": [path for path in _folders(("/sys/fs/cgroup",), 4) if named.search(path)],
        "folders": [path for path in _folders(_run_folders(), 2) if named.search(path)],
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


def _folders(roots: tuple[str, ...], depth: int) -> Iterator[str]:
    """Yield folders below some others, not very deep; what goes away meanwhile is left out."""
    for root in roots:
        for folder, below, _ in os.walk(root):
            yield folder
            if folder.count("/") - root.count("/") >= depth:
                below.clear()


def _run_folders() -> tuple[str, ...]:
    """Return the folders where programs keep what ends with them."""
    return (tempfile.gettempdir(), "/run", os.environ.get("XDG_RUNTIME_DIR", "/run"))


def _mounts() -> list[str]:
    return Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
