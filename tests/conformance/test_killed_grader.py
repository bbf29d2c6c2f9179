"""A grader that is killed at any moment leaves nothing that runs, and nothing at all after the next one's start."""

from __future__ import annotations

import random
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import Engine
from tests.conformance.programs import program, run
from tests.conformance.traces import traces_of
from tests.conformance.witness import processes_with

pytestmark = [pytest.mark.engine, pytest.mark.alone]

_CHECKOUT = Path(__file__).resolve().parents[2]
_SETTLE_S = 5.0
# Moments after the pod began to be opened: while it opens, while sandboxes start, while they come and go.
_MOMENTS_S = ((0.0, 0.05), (0.05, 0.3), (0.3, 0.8), (0.8, 1.5), (1.5, 2.5))


@pytest.mark.parametrize("moment", _MOMENTS_S, ids=str)
def test_nothing_is_left_of_a_killed_grader(engine: Engine, moment: tuple[float, float]) -> None:
    token, delay_s = f"doomed-{secrets.token_hex(8)}", random.uniform(*moment)
    with engine.open_pod() as pod:
        living = pod.start(program("import time; time.sleep(600)"))
        pid = _killed_grader(engine.name, token, delay_s)
        if engine.name != "docker":  # a container belongs to the engine, which lives on
            assert _left_after_a_while(token) == {}, f"still running; killed after {delay_s:.3f} s"
        time.sleep(1.0)  # what the engine was asked for last may still be coming into being
        engine.reap()
        assert traces_of(pid, token) == {}, f"not reaped; killed after {delay_s:.3f} s"
        assert living.wait(0) is None
        assert run(pod, program("print('works')", name="after"))[1] == "works\n"


def test_the_search_for_traces_finds_a_living_grader(engine: Engine) -> None:
    token = f"doomed-{secrets.token_hex(8)}"
    process = _doomed(engine.name, token)
    try:
        assert process.stdout is not None
        assert [process.stdout.readline(), process.stdout.readline()] == [b"opening\n", b"started\n"]
        found = traces_of(process.pid, token)
    finally:
        _kill(process)
        _left_after_a_while(token if engine.name != "docker" else "no such")
        time.sleep(1.0)
        engine.reap()
    assert "processes" in found
    assert len(found) > 1, found
    assert traces_of(process.pid, token) == {}


def _killed_grader(engine_name: str, token: str, delay_s: float) -> int:
    """Start a grader, kill it a while after it has begun to open a pod, and return its number."""
    process = _doomed(engine_name, token)
    assert process.stdout is not None
    assert process.stdout.readline() == b"opening\n"
    time.sleep(delay_s)
    assert process.poll() is None, "the grader ended by itself"
    _kill(process)
    return process.pid


def _doomed(engine_name: str, token: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.conformance.doomed", engine_name, token]
    return subprocess.Popen(command, cwd=_CHECKOUT, stdout=subprocess.PIPE)


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _left_after_a_while(token: str) -> dict[int, int]:
    """Return the processes that are still there, though they have had time to go."""
    deadline = time.monotonic() + _SETTLE_S
    while (left := processes_with(token)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left
