"""Cgroups: readings, limits, freezing, killing, removal; with the kernel's own files wherever they are writable."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.cgroups import Cgroup, CgroupV1, CgroupV2, Hierarchy, find_hierarchy

SPIN = "while True: pass"
EAT = "import sys; sys.stdin.readline(); block = b'x' * (200 * 1024 * 1024)"
UNIFIED = Path("/sys/fs/cgroup/unified")


def hierarchy_or_skip(version: int) -> Hierarchy:
    """Return the machine's hierarchy of a version; 2 may be the one beside version 1, without controllers."""
    found = find_hierarchy()
    if found is not None and found.version == version and found.is_writable():
        return found
    if version == 2 and os.access(UNIFIED / "cgroup.procs", os.W_OK):
        return Hierarchy(2, {"cpuacct": UNIFIED, "freezer": UNIFIED})
    pytest.skip(f"no writable cgroups of version {version} here")


@pytest.fixture(params=[1, 2])
def cgroup(request: pytest.FixtureRequest) -> Iterator[Cgroup]:
    """A new cgroup of each version that this machine has."""
    parent = hierarchy_or_skip(request.param).at(f"grader-test-{os.getpid()}")
    made = hierarchy_or_skip(request.param).at(f"grader-test-{os.getpid()}/one")
    made.create()
    yield made
    parent.kill_below()
    assert parent.remove()


@contextlib.contextmanager
def running(cgroup: Cgroup, source: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program inside of a cgroup."""
    process = subprocess.Popen([sys.executable, "-c", source], stdin=subprocess.PIPE)
    try:
        cgroup.add(process.pid)
        yield process
    finally:
        process.kill()
        process.communicate()


def used_within(cgroup: Cgroup, seconds: float) -> float:
    before = cgroup.cpu_s()
    time.sleep(seconds)
    after = cgroup.cpu_s()
    assert before is not None
    assert after is not None
    return after - before


def wait_for_cpu(cgroup: Cgroup, more_than_s: float) -> None:
    deadline = time.monotonic() + 20
    while (cgroup.cpu_s() or 0.0) <= more_than_s:
        assert time.monotonic() < deadline, "no processor time was accounted"
        time.sleep(0.01)


def test_a_process_is_accounted_where_it_was_put(cgroup: Cgroup) -> None:
    with running(cgroup, SPIN) as process:
        wait_for_cpu(cgroup, 0.02)
        assert cgroup.pids() == {process.pid}


def test_a_frozen_tree_uses_no_processor_and_goes_on_when_thawed(cgroup: Cgroup) -> None:
    with running(cgroup, SPIN):
        wait_for_cpu(cgroup, 0.02)
        cgroup.freeze()
        assert used_within(cgroup, 0.1) == 0.0
        frozen_at = cgroup.cpu_s() or 0.0
        cgroup.thaw()
        wait_for_cpu(cgroup, frozen_at + 0.01)


@pytest.mark.parametrize("is_frozen", [False, True])
def test_killing_ends_frozen_processes_too(cgroup: Cgroup, is_frozen: bool) -> None:
    with running(cgroup, SPIN) as process:
        if is_frozen:
            cgroup.freeze()
        cgroup.kill()
        assert process.wait(20) == -9


def test_killing_below_reaches_every_depth(cgroup: Cgroup) -> None:
    hierarchy = hierarchy_or_skip(1 if isinstance(cgroup, CgroupV1) else 2)
    deep = hierarchy.at(f"grader-test-{os.getpid()}/one/deep")
    deep.create()
    with running(deep, SPIN) as process:
        cgroup.kill_below()
        assert process.wait(20) == -9
    assert cgroup.remove()


def test_a_busy_cgroup_is_not_removed_and_an_empty_one_is(cgroup: Cgroup) -> None:
    with running(cgroup, SPIN):
        assert not cgroup.remove(timeout_s=0.05)
        assert cgroup.exists()
    assert cgroup.remove()
    assert not cgroup.exists()
    assert cgroup.remove(), "removing what is gone is no error"


def test_readings_of_a_missing_cgroup_are_unavailable() -> None:
    for missing in (
        CgroupV1({"cpuacct": Path("/nowhere"), "memory": Path("/nowhere")}),
        CgroupV2({"a": Path("/no")}),
    ):
        assert missing.cpu_s() is None
        assert missing.memory_mib() is None
        assert missing.peak_memory_mib() is None
        assert missing.oom_kills() == 0
        assert missing.pids() == set()


def test_memory_over_the_limit_kills_counts_and_gives_notice() -> None:
    hierarchy = find_hierarchy()
    if hierarchy is None or not hierarchy.is_writable():
        pytest.skip("no writable memory cgroups here")
    cgroup = hierarchy.at(f"grader-test-{os.getpid()}/memory")
    cgroup.create()
    try:
        cgroup.limit(memory_mib=32, processes=16, cpus=())
        event = cgroup.oom_event()
        with running(cgroup, EAT) as process:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
            assert process.wait(20) == -9
        assert cgroup.oom_kills() == 1
        assert hierarchy.at(f"grader-test-{os.getpid()}").oom_kills() == 1, "those of cgroups below count"
        peak = cgroup.peak_memory_mib()
        assert peak is None or 16 < peak <= 32
        if event is not None:
            assert select.select([event], [], [], 5)[0] == [event]
            os.close(event)
    finally:
        cgroup.kill()
        assert hierarchy.at(f"grader-test-{os.getpid()}").remove()


def test_processes_and_processors_are_limited() -> None:
    hierarchy = find_hierarchy()
    if hierarchy is None or not hierarchy.is_writable() or "cpuset" not in hierarchy.folders:
        pytest.skip("no writable pids and cpuset cgroups here")
    cgroup = hierarchy.at(f"grader-test-{os.getpid()}/pids")
    cgroup.create()
    source = "import os, sys; sys.stdin.readline(); print(os.sched_getaffinity(0), flush=True)\nos.fork()"
    try:
        last = max(os.sched_getaffinity(0))
        cgroup.limit(memory_mib=64, processes=1, cpus=[last])
        process = subprocess.Popen(
            [sys.executable, "-c", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        cgroup.add(process.pid)
        out, errors = process.communicate(b"go\n", timeout=20)
        assert out.decode().strip() == f"{{{last}}}"
        assert b"BlockingIOError" in errors, "a second process was not refused"
    finally:
        assert hierarchy.at(f"grader-test-{os.getpid()}").remove()


V1_MOUNTS = """\
25 1 0:22 / /proc rw - proc proc rw
30 25 0:26 / {root}/memory rw,relatime - cgroup cgroup rw,memory
31 25 0:27 / {root}/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
32 25 0:28 / {root}/pids rw,relatime - cgroup cgroup rw,pids
33 25 0:29 / {root}/unified rw,relatime - cgroup2 cgroup2 rw
"""
V2_MOUNTS = "30 25 0:26 / {root} rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"


def found_in(tmp_path: Path, mounts: str, own: str) -> Hierarchy | None:
    (tmp_path / "mountinfo").write_text(mounts.format(root=tmp_path / "cgroup"))
    (tmp_path / "own").write_text(own)
    return find_hierarchy(tmp_path / "mountinfo", tmp_path / "own")


def test_controllers_of_version_1_are_found_where_they_are_mounted(tmp_path: Path) -> None:
    found = found_in(tmp_path, V1_MOUNTS, "3:memory:/\n0::/\n")
    root = tmp_path / "cgroup"
    assert found == Hierarchy(
        1, {"memory": root / "memory", "cpuacct": root / "cpu,cpuacct", "pids": root / "pids"}
    )
    assert not found.is_writable(), "what is not there cannot be written"


def test_of_version_2_the_controllers_that_are_offered_count(tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    root.mkdir()
    (root / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    (root / "cgroup.procs").touch()
    found = found_in(tmp_path, V2_MOUNTS, "0::/\n")
    assert found is not None
    assert found.version == 2
    assert set(found.folders) == {"cpuacct", "freezer", "cpuset", "memory", "pids"}
    assert found.is_writable()


def test_an_ordinary_user_makes_cgroups_where_they_were_delegated(tmp_path: Path) -> None:
    """Only one folder above our own has a `cgroup.procs`, as only the delegated one's is writable to its owner."""
    delegated = tmp_path / "cgroup/user.slice/user@1000.service"
    (delegated / "app.slice/shell.scope").mkdir(parents=True)
    (delegated / "cgroup.controllers").write_text("memory pids\n")
    (delegated / "cgroup.procs").touch()
    found = found_in(tmp_path, V2_MOUNTS, "0::/user.slice/user@1000.service/app.slice/shell.scope\n")
    assert found is not None
    assert found.folders["memory"] == delegated


@pytest.mark.parametrize(
    ("kind", "given", "processes", "is_writable"),
    [
        (None, "", "1\n", True),  # the machine's own root
        ("domain", "", "1\n", False),  # a container's root, with processes in it
        ("domain", "memory pids\n", "1\n", True),
        ("domain", "", "", True),
    ],
)
def test_version_2_is_writable_where_controllers_can_be_handed_down(
    tmp_path: Path, kind: str | None, given: str, processes: str, is_writable: bool
) -> None:
    root = tmp_path / "cgroup"
    root.mkdir()
    files = {"cgroup.controllers": "memory pids", "cgroup.subtree_control": given, "cgroup.procs": processes}
    for name, text in (files | ({} if kind is None else {"cgroup.type": kind})).items():
        (root / name).write_text(text)
    found = found_in(tmp_path, V2_MOUNTS, "0::/\n")
    assert found is not None
    assert found.is_writable() is is_writable


def test_a_machine_without_cgroups_has_none(tmp_path: Path) -> None:
    assert found_in(tmp_path, "25 1 0:22 / /proc rw - proc proc rw\n", "") is None


def test_the_accounts_of_version_2_are_read_in_its_format(tmp_path: Path) -> None:
    files = {
        "cpu.stat": "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n",
        "memory.current": "52428800\n",
        "memory.stat": "anon 41943040\ninactive_file 10485760\n",
        "memory.peak": "104857600\n",
        "memory.events": "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\n",
        "cgroup.procs": "12\n34\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    cgroup = CgroupV2({"memory": tmp_path})
    assert (cgroup.cpu_s(), cgroup.memory_mib(), cgroup.peak_memory_mib()) == (1.5, 40.0, 100.0)
    assert cgroup.oom_kills() == 2
    assert cgroup.pids() == {12, 34}


def test_the_limits_of_version_2_are_written_in_its_format(tmp_path: Path) -> None:
    hierarchy = Hierarchy(2, {"memory": tmp_path, "pids": tmp_path, "cpuset": tmp_path})
    cgroup = hierarchy.at("grader/pod/sandbox")
    cgroup.create()
    place = tmp_path / "grader/pod/sandbox"
    (place / "cpuset.cpus").touch()
    cgroup.limit(memory_mib=64, processes=32, cpus=(3, 1))
    written = {path.name: path.read_text() for path in place.iterdir()}
    assert written == {
        "memory.max": str(64 * 1024 * 1024), "memory.swap.max": "0", "memory.oom.group": "1",
        "pids.max": "32", "cpuset.cpus": "1,3",
    }  # fmt: skip


def test_controllers_are_handed_down_from_where_they_are_offered(tmp_path: Path) -> None:
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids\n")
    (tmp_path / "cgroup.subtree_control").write_text("memory\n")
    Hierarchy(2, {"memory": tmp_path}).at("grader/pod").create()
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+pids", (
        "only what is wanted and not yet given"
    )
