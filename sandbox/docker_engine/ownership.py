"""Whose a container, volume or cgroup is, so that only what dead graders left is ever reaped."""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PREFIX = "coding-challenge-grader"
POD_LABEL = f"{PREFIX}.pod"
OWNER_LABEL = f"{PREFIX}.owner"
ROLE_LABEL = f"{PREFIX}.role"


@dataclass(frozen=True, slots=True)
class Owner:
    """One process of one host; `started` tells it from a later process with the same number."""

    host: str
    pid: int
    started: int

    @classmethod
    def this_process(cls) -> Self:
        """Return the owner that this process is."""
        return cls(_host_name(), os.getpid(), _start_of(os.getpid()) or 0)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str` wrote; `None` where it is something else."""
        match = re.fullmatch(r"([a-z0-9-]+)\.(\d+)\.(\d+)", text)
        return cls(match[1], int(match[2]), int(match[3])) if match else None

    def __str__(self) -> str:
        return f"{self.host}.{self.pid}.{self.started}"

    def is_dead(self) -> bool:
        """Claim that the process has ended; never of another host's, which cannot be seen from here."""
        if self.host != _host_name():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass
        started = _start_of(self.pid)
        return started is not None and started != self.started

    def new_pod(self) -> str:
        """Return a pod's id that no other pod has, and from which `owner_of_pod` reads this owner."""
        return f"{self}.{secrets.token_hex(4)}"


def owner_of_pod(pod: str) -> Owner | None:
    """Return whose a pod is by its id, `None` where it is not one of ours."""
    return Owner.parse(pod.rpartition(".")[0])


def labels(owner: Owner, pod: str, role: str) -> Mapping[str, str]:
    """Return the labels of everything that is made for a pod."""
    return {OWNER_LABEL: str(owner), POD_LABEL: pod, ROLE_LABEL: role}


def _host_name() -> str:
    return re.sub(r"[^a-z0-9-]", "-", socket.gethostname().lower()) or "host"


def _start_of(pid: int) -> int | None:
    """Return when a process began, in clock ticks since boot; `None` where the system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return int(stat.rpartition(")")[2].split()[19])
