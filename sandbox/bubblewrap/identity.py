"""Which user a sandbox is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import PodError
from sandbox.policy import Policy

NAMES_IN_A_POD = 256


@dataclass(frozen=True, slots=True)
class Identity:
    """A sandbox's user and group: the numbers that it sees, and whether it has them on the host as well."""

    uid: int
    gid: int
    is_of_host: bool


def own_identity(
    policy: Policy, holder_pid: int, place: int, uid_map: Path = Path("/proc/self/uid_map")
) -> Identity:
    """Return the user of a sandbox started by root: no other running sandbox of this machine has it.

    `place` is the sandbox's number in its pod; process numbers are unique, so nothing needs to be handed out.
    """
    if place >= NAMES_IN_A_POD:
        raise PodError(f"more than {NAMES_IN_A_POD} names of sandboxes in one pod; use names again")
    section = policy.sections["bubblewrap"]
    uid = int(section["first_uid"]) + holder_pid * NAMES_IN_A_POD + place
    if not _is_mapped(uid, uid_map):
        first, end = section["few_uids"]
        uid = first + (holder_pid * NAMES_IN_A_POD + place) % (end - first)
    return Identity(uid, uid, is_of_host=True)


def shared_identity(policy: Policy) -> Identity:
    """Return the user of a sandbox started by an ordinary user: the same for all, each in its own namespace."""
    return Identity(policy.uid, policy.gid, is_of_host=False)


def _is_mapped(uid: int, uid_map: Path) -> bool:
    for line in uid_map.read_text().splitlines():
        first, _, count = (int(number) for number in line.split())
        if first <= uid < first + count:
            return True
    return False
