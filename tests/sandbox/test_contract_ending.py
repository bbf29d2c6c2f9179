"""What every engine promises of endings: named by who caused them, the same for everyone who asks."""

from __future__ import annotations

import threading
import time

import pytest

from sandbox import Engine, Outcome, PodError
from tests.conformance.programs import ENOUGH_S, ending_of, program, run

pytestmark = pytest.mark.engine

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
POLITE = """
import signal, sys, time
def leave(*_):
    print("leaving", flush=True)
    sys.exit(5)
signal.signal(signal.SIGTERM, leave)
print("up", flush=True)
time.sleep(600)
"""
RUDE = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


@pytest.mark.parametrize("code", [0, 1, 2, 42, 126, 127, 128, 130, 255])
def test_an_exit_code_is_told(engine: Engine, code: int) -> None:
    with engine.open_pod() as pod:
        ending, _ = run(pod, program(f"import os; os._exit({code})"))
    assert (ending.outcome, ending.exit_code, ending.signal) == (Outcome.EXITED, code, None)


def test_a_wait_with_a_time_out_says_that_it_still_runs(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(SLEEP))
        assert sandbox.wait(0.2) is None
        assert sandbox.wait(0) is None
        assert sandbox.kill().outcome is Outcome.STOPPED


def test_everyone_who_asks_is_told_the_same_ending(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("import time; time.sleep(0.3); raise SystemExit(3)"))
        endings = []
        waiters = [threading.Thread(target=lambda: endings.append(ending_of(sandbox))) for _ in range(4)]
        for waiter in waiters:
            waiter.start()
        for waiter in waiters:
            waiter.join()
        endings += [ending_of(sandbox), sandbox.kill(), sandbox.stop(0)]
        assert len(endings) == 7
        assert all(ending == endings[0] for ending in endings)
        assert endings[0].exit_code == 3


@pytest.mark.parametrize(("source", "at_least_s", "at_most_s"), [(POLITE, 0.0, 4.0), (RUDE, 0.9, 8.0)])
def test_a_stop_asks_first_and_kills_after_the_grace(
    engine: Engine, source: str, at_least_s: float, at_most_s: float
) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(source, channel=True))
        lines = sandbox.lines()
        assert next(lines) == b"up"
        started = time.monotonic()
        ending = sandbox.stop(1.0 if source is RUDE else 10.0)
        took_s = time.monotonic() - started
        assert ending.outcome is Outcome.STOPPED
        assert at_least_s <= took_s <= at_most_s
        assert list(lines) == ([b"leaving"] if source is POLITE else [])


def test_a_kill_ends_it_at_once(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(RUDE, channel=True))
        assert next(sandbox.lines()) == b"up"
        assert sandbox.kill().outcome is Outcome.STOPPED


def test_a_stop_and_a_time_limit_at_once_end_it_once(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(RUDE, wall_s=0.5))
        endings = [sandbox.stop(0.5), ending_of(sandbox)]
    assert endings[0] == endings[1]
    assert endings[0].outcome in (Outcome.STOPPED, Outcome.TIMED_OUT)


@pytest.mark.parametrize("command", [("/nowhere/program",), ("/files/program.py",), ("/files",)])
def test_a_command_that_cannot_be_run_failed_to_start(engine: Engine, command: tuple[str, ...]) -> None:
    with engine.open_pod() as pod:
        try:
            ending = ending_of(pod.start(program("", command=command)))
        except PodError as error:
            pytest.fail(f"a wrong command is the candidate's, not an engine's error: {error}")
        assert ending.outcome is Outcome.FAILED_TO_START
        assert ending.detail
        assert run(pod, program("print('works')"))[1] == "works\n"


def test_the_clock_starts_with_the_program(engine: Engine) -> None:
    with engine.open_pod() as pod:
        ending, _ = run(pod, program("import time; time.sleep(1)"))
    assert 1.0 <= ending.usage.wall_s < 1.0 + 10


def test_a_time_limit_ends_what_runs_on(engine: Engine) -> None:
    with engine.open_pod() as pod:
        ending, printed = run(pod, program(SLEEP, wall_s=1.5))
    assert ending.outcome is Outcome.TIMED_OUT
    assert printed == "up\n"
    assert 1.5 <= ending.usage.wall_s < 1.5 + 10


def test_without_a_time_limit_it_runs_until_it_is_stopped(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(SLEEP, wall_s=None))
        assert sandbox.wait(1.0) is None
        assert sandbox.kill().outcome is Outcome.STOPPED


def test_a_stop_of_a_paused_sandbox_ends_it(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for end in ("kill", "stop"):
            sandbox = pod.start(program(SLEEP))
            sandbox.pause()
            ending = sandbox.kill() if end == "kill" else sandbox.stop(0.5)
            assert ending.outcome is Outcome.STOPPED
            assert sandbox.wait(ENOUGH_S) == ending


def test_the_end_of_a_paused_sandbox_comes_with_its_time_limit(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(SLEEP, wall_s=1.0))
        sandbox.pause()
        assert ending_of(sandbox).outcome is Outcome.TIMED_OUT
