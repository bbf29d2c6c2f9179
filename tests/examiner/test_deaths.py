"""Candidates that die, hang or take their time: each costs itself a test, and never the examiner."""

from __future__ import annotations

import pytest

from tests.examiner.conftest import RunSuite, by_test, checks, only
from tests.examiner.grader_side import Run

CANDIDATE = """
import os, signal, sys, time, threading
class Box:
    def __init__(self, value=0): self.value = value
    def get(self): return self.value
    def add(self, n): self.value += n; return self.value
    def exit(self): os._exit(5)
    def leave(self): sys.exit(6)
    def kill(self): os.kill(os.getpid(), signal.SIGKILL)
    def fault(self): signal.raise_signal(signal.SIGSEGV)  # in this very thread, before it can answer
    def hang(self):
        while True: pass
    def sleep(self): time.sleep(3600)
    def late(self): threading.Timer(0.05, os._exit, [9]).start()
    def print(self): print("last words", flush=True); os._exit(1)
    def fork(self):
        for _ in range(5):
            if os.fork() == 0: time.sleep(3600)
        return "forked"
    def flood(self):
        for _ in range(200): sys.stdout.write("x" * 100_000)
        return "flooded"
    def ruin(self):
        import builtins, json, socket
        builtins.len = builtins.isinstance = lambda *a: 1 / 0
        json.dumps = json.loads = lambda *a, **k: "ruined"
        socket.socket.sendall = lambda *a: None
"""
DEATHS = {
    "exit": ("crashed", "exit code 5"),
    "leave": ("failed", "SystemExit was raised"),
    "kill": ("crashed", "killed by signal 9"),
    "fault": ("crashed", "killed by signal 11"),
    "hang": ("timed_out", "did not return within 0.5 s"),
    "sleep": ("timed_out", "did not return within 0.5 s"),
    "print": ("crashed", "exit code 1"),
    "fork": ("failed", "nothing comes back"),
    "flood": ("failed", "nothing comes back"),
    "ruin": ("crashed", ""),
}


@pytest.fixture(scope="module")
def deaths(run_suite: RunSuite) -> Run:
    suite = "".join(
        f"""
@pytest.mark.check("{name}")
def test_{name}(candidate):
    expect(candidate.new().{name}(), None, "nothing comes back")

@pytest.mark.check("after_{name}")
def test_after_{name}(candidate):
    expect(candidate.new(1).add(1), 2, "it works again")
"""
        for name in DEATHS
    )
    names = [*DEATHS, *(f"after_{name}" for name in DEATHS)]
    return run_suite(suite, CANDIDATE, checks=checks(*names), call_s=0.5)


@pytest.mark.parametrize("name", DEATHS)
def test_a_candidate_that_dies_or_hangs_costs_itself_that_test(deaths: Run, name: str) -> None:
    outcome, words = DEATHS[name]
    test = only(deaths, name)
    assert test["outcome"] == outcome
    assert words in test["message"]


@pytest.mark.parametrize("name", DEATHS)
def test_and_the_next_test_has_a_fresh_one(deaths: Run, name: str) -> None:
    assert only(deaths, f"after_{name}")["outcome"] == "passed"


def test_the_examiner_outlives_all_of_them(deaths: Run) -> None:
    assert deaths.exit_code == 0, deaths.errors
    assert len(deaths.tests()) == 2 * len(DEATHS)


def test_the_last_words_of_a_candidate_are_kept(deaths: Run) -> None:
    assert "last words" in only(deaths, "print")["log"]


def test_a_death_within_hypothesis_is_not_repeated_to_find_a_smaller_one(run_suite: RunSuite) -> None:
    suite = """
@pytest.mark.check("given")
@given(st.integers(0, 50))
def test_given(candidate, n):
    box = candidate.new(n)
    if n > 3:
        box.exit()

class Machine(RuleBasedStateMachine):
    @initialize()
    def start(self):
        self.box = current_candidate().new()
    @rule(n=st.integers(0, 5))
    def add(self, n):
        self.box.hang() if n == 4 else self.box.add(n)

@pytest.mark.check("machine")
class TestMachine(Machine.TestCase):
    pass

@pytest.mark.check("after")
def test_z(candidate):
    expect(candidate.new(1).get(), 1, "it works again")
"""
    run = run_suite(suite, CANDIDATE, checks=checks("given", "machine", "after"), call_s=0.5)
    assert by_test(run) == [("given", "crashed"), ("machine", "timed_out"), ("after", "passed")]
    assert run.starts["candidate"] == 3
    assert only(run, "machine")["counterexample"].endswith("box.hang()  # did not return")


def test_what_is_left_when_time_is_up_was_not_run(run_suite: RunSuite) -> None:
    suite = """
@pytest.mark.check("first")
def test_a(candidate):
    expect(candidate.new(1).get(), 1, "kept")

@pytest.mark.check("hanging")
def test_b(candidate):
    candidate.new().sleep()

@pytest.mark.check("late")
def test_c(candidate):
    pass
"""
    run = run_suite(
        suite, CANDIDATE, checks=checks("first", "hanging", "late"), examination_s=6.0, call_s=60.0
    )
    assert by_test(run) == [("first", "passed"), ("hanging", "not_run"), ("late", "not_run")]
    assert "time for the whole examination" in only(run, "late")["message"]
    assert run.exit_code == 0


def test_calls_get_less_time_once_three_tests_timed_out_in_a_row(run_suite: RunSuite) -> None:
    suite = """
@pytest.mark.check("hanging")
@pytest.mark.parametrize("n", range(4))
def test_hanging(candidate, n):
    candidate.new().sleep()

@pytest.mark.check("right")
def test_right(candidate):
    expect(candidate.new(1).get(), 1, "kept")
"""
    run = run_suite(suite, CANDIDATE, checks=checks("hanging", "right"), call_s=2.5)
    words = [test["message"].rpartition("within ")[2] for test in run.tests("hanging")]
    assert words == ["2.5 s", "2.5 s", "2.5 s", "2 s"]
    assert only(run, "right")["outcome"] == "passed"
