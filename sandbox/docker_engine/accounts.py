"""What a container used: by the kernel's account where this host has it, else by the engine's API."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from docker import APIClient

from sandbox.cgroup import Cgroup
from sandbox.contract import Usage
from sandbox.docker_engine.groups import find_group

_MIB = 1024 * 1024
NOTHING = Usage(cpu_s=None, memory_mib=None, peak_memory_mib=None, wall_s=0.0)


class Account:
    """The account of a started container; `parent` is the cgroup that it was started in, if we named one."""

    def __init__(self, api: APIClient, container: str, parent: str | None) -> None:
        self._api, self._container = api, container
        self.began = time.monotonic()
        self.group: Cgroup | None = find_group(parent) if parent else None

    def now(self) -> Usage:
        """Read the account of a running container. Raises what the SDK does."""
        wall_s = time.monotonic() - self.began
        return self._by_api(wall_s) if self.group is None else _by_kernel(self.group, wall_s)

    def at_end(self, state: Mapping[str, Any]) -> Usage:
        """Read the account of a container that has ended in this state: the API has none any more."""
        span = datetime.fromisoformat(state["FinishedAt"]) - datetime.fromisoformat(state["StartedAt"])
        wall_s = max(0.0, span.total_seconds())
        return Usage(None, None, None, wall_s) if self.group is None else _by_kernel(self.group, wall_s)

    def ran_out_of_memory(self, state: Mapping[str, Any]) -> bool:
        """Claim that the kernel killed a process of the tree for memory, by the engine's flag or its own count."""
        return bool(state["OOMKilled"]) or (self.group is not None and self.group.oom_kills() > 0)

    def _by_api(self, wall_s: float) -> Usage:
        stats = self._api.stats(self._container, stream=False, one_shot=True)
        cpu_ns = stats.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage")
        memory = stats.get("memory_stats", {})
        used, peak = memory.get("usage"), memory.get("max_usage")
        return Usage(
            cpu_s=None if cpu_ns is None else cpu_ns / 1e9,
            memory_mib=None if used is None else used / _MIB,
            peak_memory_mib=None if peak is None else peak / _MIB,
            wall_s=wall_s,
        )


def _by_kernel(group: Cgroup, wall_s: float) -> Usage:
    return Usage(group.cpu_s(), group.memory_mib(), group.peak_memory_mib(), wall_s)
