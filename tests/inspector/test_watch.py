"""A child that crashes or hangs costs the candidate at most what it left open, and never the answers of the rest."""

import os
import signal
import time

import pytest

from grader.inspector.errors import InspectorFailed
from grader.inspector.watch import watch
from tests.inspector.conftest import read_lines

GIVEN = '{"event": "test", "check": "lint", "outcome": "passed", "fraction": 1.0}'
CHECKS = ("lint", "readme")


README = '{"event": "test", "check": "readme", "outcome": "passed", "fraction": 1.0}'


def test_answers_come_in_the_order_asked():
    def work(announce, refused):
        yield "readme", [README]
        yield "lint", [GIVEN]

    assert watch(work, CHECKS) == [GIVEN, README]


def test_a_file_that_crashes_the_parser_is_left_aside():
    def work(announce, refused):
        if "bad.py" not in refused:
            announce("bad.py")
            os.kill(os.getpid(), signal.SIGKILL)
        yield "lint", [GIVEN]
        yield "readme", [README]

    assert watch(work, CHECKS) == [GIVEN, README]


def test_a_crash_without_a_file_keeps_what_was_answered():
    def work(announce, refused):
        yield "lint", [GIVEN]
        os.kill(os.getpid(), signal.SIGKILL)

    seen = read_lines(watch(work, CHECKS))
    assert seen.fraction("lint") == 1
    assert seen.fraction("readme") == 0
    assert "readme" in seen.flags[0]


def test_work_beyond_the_time_is_ended_and_said(monkeypatch):
    def work(announce, refused):
        yield "lint", [GIVEN]
        while True:
            pass

    monkeypatch.setattr("grader.inspector.watch.BUSY_CPU_S", 0.0)
    seen = read_lines(watch(work, CHECKS, budget_s=0.6))
    assert "longer than its time" in seen.message("readme")


def test_a_machine_without_processor_time_is_not_the_candidates_fault():
    def work(announce, refused):
        time.sleep(30)
        yield "lint", [GIVEN]

    with pytest.raises(InspectorFailed, match="busy"):
        watch(work, CHECKS, budget_s=0.3)


def test_our_own_failure_is_passed_on():
    def work(announce, refused):
        raise InspectorFailed("ruff is not there")
        yield

    with pytest.raises(InspectorFailed, match="ruff is not there"):
        watch(work, CHECKS)


def test_an_error_of_the_inspector_is_no_answer():
    def work(announce, refused):
        yield "lint", [GIVEN]
        raise KeyError("ours")

    with pytest.raises(InspectorFailed, match="KeyError"):
        watch(work, CHECKS)
