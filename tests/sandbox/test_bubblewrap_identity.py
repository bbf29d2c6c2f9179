"""Identity and ownership: no two sandboxes are the same user, and only a dead grader's cgroups are removed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import PodError
from sandbox.bubblewrap.identity import NAMES_IN_A_POD, own_identity, shared_identity
from sandbox.bubblewrap.owner import new_group, reap_groups
from sandbox.bubblewrap.processes import status_fields
from sandbox.cgroups import find_hierarchy
from sandbox.policy import load_policy

ALL_NUMBERS = "         0          0 4294967295\n"
FEW_NUMBERS = "         0     100000      65536\n"


def uid(tmp_path: Path, uid_map: str, holder: int, place: int) -> int:
    (tmp_path / "uid_map").write_text(uid_map)
    return own_identity(load_policy(), holder, place, tmp_path / "uid_map").uid


def test_each_place_of_each_pod_is_a_user_of_its_own(tmp_path: Path) -> None:
    highest = 4_194_304  # the most process numbers that Linux has
    pods = [(1, 0), (1, 1), (1, NAMES_IN_A_POD - 1), (2, 0), (highest, NAMES_IN_A_POD - 1)]
    found = [uid(tmp_path, ALL_NUMBERS, *pod) for pod in pods]
    assert len(set(found)) == len(pods)
    assert all(65_536 < number < 2**31 for number in found), (
        "neither a person nor beyond what tools can write"
    )


def test_where_few_numbers_exist_those_are_used(tmp_path: Path) -> None:
    assert all(30_000 <= uid(tmp_path, FEW_NUMBERS, holder, 3) < 60_000 for holder in (1, 777, 4_194_304))


def test_a_pod_has_no_more_names_than_users(tmp_path: Path) -> None:
    with pytest.raises(PodError, match="more than 256 names"):
        uid(tmp_path, ALL_NUMBERS, 1, NAMES_IN_A_POD)


def test_an_ordinary_user_shows_the_policys_user() -> None:
    assert (shared_identity(load_policy()).uid, shared_identity(load_policy()).is_of_host) == (65534, False)


DOOMED = """
import os, sys, time
sys.path[:0] = sys.argv[1:]
from sandbox.bubblewrap.owner import new_group
from sandbox.cgroups import find_hierarchy
cgroup = find_hierarchy().at(new_group() + "/0-1")
cgroup.create()
child = os.fork()
if child == 0:
    time.sleep(600)
cgroup.add(child)
cgroup.freeze()
print(child, flush=True)
time.sleep(600)
"""


def state_of(pid: int) -> str:
    return (status_fields(pid) or "X")[0]


def test_only_what_a_dead_grader_left_is_removed_frozen_processes_included() -> None:
    hierarchy = find_hierarchy()
    if hierarchy is None or not hierarchy.is_writable():
        pytest.skip("no writable cgroups here")
    reap_groups(hierarchy)  # what others have left
    alive = hierarchy.at(new_group())
    foreign = hierarchy.at(new_group().replace(f"-{Path('/proc/self/ns/pid').stat().st_ino}-", "-1-"))
    root = str(Path(__file__).parents[2])
    doomed = subprocess.Popen([sys.executable, "-c", DOOMED, root], stdout=subprocess.PIPE, text=True)
    assert doomed.stdout is not None
    child = int(doomed.stdout.readline())
    try:
        for cgroup in (alive, foreign):
            cgroup.create()
        assert state_of(child) in "DST", "frozen"
        doomed.kill()
        doomed.wait()
        assert reap_groups(hierarchy) == 1
        assert state_of(child) in "XZ"
        assert alive.exists()
        assert foreign.exists(), "its owner's number means nothing in our process namespace"
    finally:
        doomed.stdout.close()
        alive.remove()
        foreign.remove()
    assert reap_groups(hierarchy) == 0
