"""What every engine promises of accounts and pauses: the kernel's figures, or that there are none."""

from __future__ import annotations

import time

import pytest

from sandbox import Engine, Sandbox, Usage
from tests.conformance.programs import ENOUGH_S, ending_of, program, run

pytestmark = pytest.mark.engine

BURN = """
import time
def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
"""
UP_AND_DOWN = BURN + "print('up', flush=True)\nwhile True: burn(1)\n"


def test_processor_time_is_the_whole_trees(engine: Engine) -> None:
    source = BURN + "import os\nif os.fork() == 0:\n    burn(0.5); os._exit(0)\nburn(0.5)\nos.wait()"
    with engine.open_pod() as pod:
        ending, _ = run(pod, program(source))
    cpu_s = ending.usage.cpu_s
    assert cpu_s is None or 0.9 <= cpu_s < 2.0


def test_sleeping_costs_no_processor_time(engine: Engine) -> None:
    with engine.open_pod() as pod:
        ending, _ = run(pod, program("import time; time.sleep(1.5)"))
    assert ending.usage.cpu_s is None or ending.usage.cpu_s < 0.8
    assert ending.usage.wall_s >= 1.5


def test_the_account_grows_while_it_runs_and_not_while_it_is_paused(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(UP_AND_DOWN, channel=True))
        assert next(sandbox.lines()) == b"up"
        _skip_without_account(sandbox.usage())
        _wait_for_cost(sandbox)
        sandbox.pause()
        before = sandbox.usage().cpu_s
        time.sleep(0.5)
        assert sandbox.usage().cpu_s == pytest.approx(before, abs=0.02)
        sandbox.resume()
        _wait_for_cost(sandbox)


def test_pausing_twice_and_resuming_twice_is_the_same_as_once(engine: Engine) -> None:
    source = "import sys\nfor line in sys.stdin: print(line, end='', flush=True)"
    with engine.open_pod() as pod:
        sandbox = pod.start(program(source, channel=True))
        for _ in range(10):
            sandbox.pause()
            sandbox.pause()
            sandbox.send(b"x\n")
            sandbox.resume()
            sandbox.resume()
            assert next(sandbox.lines()) == b"x"


def test_a_paused_sandbox_answers_nothing_until_it_is_resumed(engine: Engine) -> None:
    source = "import time\nwhile True: print(time.monotonic(), flush=True); time.sleep(0.05)"
    with engine.open_pod() as pod:
        sandbox = pod.start(program(source))
        sandbox.wait(0.5)
        sandbox.pause()
        time.sleep(0.3)
        before = sandbox.output().total_bytes
        time.sleep(0.5)
        assert sandbox.output().total_bytes == before
        sandbox.resume()
        sandbox.wait(0.5)
        assert sandbox.output().total_bytes > before


def test_pausing_one_sandbox_leaves_the_others_of_its_pod_running(engine: Engine) -> None:
    with engine.open_pod() as pod:
        paused = pod.start(program("import time; time.sleep(600)", name="paused"))
        paused.pause()
        assert run(pod, program("print('works')"))[1] == "works\n"


def test_peak_memory_is_what_was_held_at_once(engine: Engine) -> None:
    with engine.open_pod() as pod:
        small, _ = run(pod, program("print(1)"))
        large, _ = run(
            pod, program("held = bytearray(b'x' * 60 * 2**20); del held; import time; time.sleep(0.3)")
        )
    if small.usage.peak_memory_mib is None or large.usage.peak_memory_mib is None:
        pytest.skip("this engine has no account of memory here")
    assert small.usage.peak_memory_mib < 50
    assert 60 <= large.usage.peak_memory_mib < 128


def test_memory_that_is_held_is_in_the_account(engine: Engine) -> None:
    source = "held = bytearray(b'x' * 60 * 2**20); print('up', flush=True); import time; time.sleep(600)"
    with engine.open_pod() as pod:
        sandbox = pod.start(program(source, channel=True))
        assert next(sandbox.lines()) == b"up"
        memory_mib = sandbox.usage().memory_mib
    assert memory_mib is None or 60 <= memory_mib < 128


def test_the_account_is_the_same_whenever_it_is_asked_for_after_the_end(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(BURN + "burn(0.2)"))
        ending = ending_of(sandbox)
        assert sandbox.usage() == ending.usage
    assert sandbox.usage() == ending.usage


def test_pinned_sandboxes_run_where_they_are_told(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for number in engine.processors():
            spec = program("import os; print(sorted(os.sched_getaffinity(0)))", cpus=(number,))
            assert run(pod, spec)[1] == f"[{number}]\n"


def _wait_for_cost(sandbox: Sandbox) -> None:
    """Wait until the account has grown, however busy the machine is; fail where it does not."""
    before, deadline = sandbox.usage().cpu_s or 0.0, time.monotonic() + ENOUGH_S / 2
    while (sandbox.usage().cpu_s or 0.0) < before + 0.1:
        assert time.monotonic() < deadline, "the account does not grow"
        time.sleep(0.05)


def _skip_without_account(usage: Usage) -> None:
    if usage.cpu_s is None:
        pytest.skip("this engine has no account of processor time here")
