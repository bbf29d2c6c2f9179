"""A grader that is killed, or whose disk is full, leaves no process, mount or half-written report behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import Engine

GRADING = Path(__file__).parent.parent / "grading"
KILLS = 10
pytestmark = [pytest.mark.engine, pytest.mark.alone]
NAMES = {"score_sheet.json", "report.html", "candidate.html", "summary.md", "junit.xml"}


def start(engine: Engine, out: Path, challenge: str = "counter") -> subprocess.Popen[bytes]:
    folder = GRADING / challenge
    plain = folder / "reference_solutions" / challenge / "accepted" / "plain"
    command = [
        sys.executable,
        "-m",
        "grader",
        "grade",
        challenge,
        plain,
        "--engine",
        engine.name,
        "--out",
        out,
    ]
    environment = {**os.environ, "GRADER_CHALLENGES": str(folder / "challenges")}
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)


def descendants(pid: int) -> set[int]:
    """Return the process ids below a process, by what the kernel says."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        for task in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                children = {int(child) for child in task.read_text(encoding="ascii").split()}
            except OSError:
                continue
            waiting += children - found
            found |= children
    return found


def mounts() -> set[str]:
    """Return this machine's mounts, but for those of the Docker engine, which may have other containers to start."""
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if "docker" not in line}


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline, f"still there: {sorted(pids)}"
        time.sleep(0.05)


def require_nothing_left_of_a_grader_killed(
    engine: Engine, out: Path, challenge: str, how: signal.Signals, after_s: float
) -> None:
    process = start(engine, out, challenge)
    time.sleep(after_s)
    below = descendants(process.pid)
    before = mounts()
    process.send_signal(how)
    process.communicate(timeout=60)
    engine.reap()  # as the next grader does: whatever was frozen at that moment cannot end by itself
    wait_until_gone(below)
    assert engine.reap() == 0, "something of the killed grader was not removed"
    assert mounts() <= before
    left = {path.name for path in out.iterdir()} if out.exists() else set()
    assert left in (set(), NAMES)


def seconds_of_a_right_grading(engine: Engine, out: Path, challenge: str) -> float:
    started = time.monotonic()
    process = start(engine, out, challenge)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert {path.name for path in out.iterdir()} == NAMES
    sheet = json.loads((out / "score_sheet.json").read_text(encoding="utf-8"))
    assert sheet["verdict"] == "accepted", errors
    return time.monotonic() - started


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("after_s", [0.4, 1.2, 2.5])
def test_nothing_of_a_killed_grader_stays(
    engine: Engine, tmp_path: Path, how: signal.Signals, after_s: float
) -> None:
    require_nothing_left_of_a_grader_killed(engine, tmp_path / "out", "counter", how, after_s)


def test_a_grader_of_servers_may_be_killed_at_any_moment_and_the_next_is_right(
    engine: Engine, tmp_path: Path
) -> None:
    whole_s = seconds_of_a_right_grading(engine, tmp_path / "first", "greeter")
    for number in range(KILLS):
        moment = random.uniform(0.0, whole_s)
        sys.stderr.write(f"killed after {moment:.3f} of {whole_s:.1f} s\n")
        out = tmp_path / f"killed{number}"
        require_nothing_left_of_a_grader_killed(engine, out, "greeter", signal.SIGKILL, moment)
    seconds_of_a_right_grading(engine, tmp_path / "next", "greeter")


def test_a_full_disk_is_our_failure_and_leaves_no_half_report(engine: Engine, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], check=True)
    try:
        process = start(engine, disk / "out")
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 3, errors
        assert b"No space left" in errors
        assert [path.name for path in disk.rglob("*") if path.is_file()] == []
    finally:
        subprocess.run(["umount", disk], check=True)
