"""The judge complains of what a broken engine would show, and the lane sees what a bare process does."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox import Outcome
from tests.conformance.bare import BarePod
from tests.conformance.case import BOUNDS, Case, CaseError, load_cases, read_case
from tests.conformance.judge import complaints
from tests.conformance.known_limits import KnownLimit, unexcused
from tests.conformance.lane import Lane
from tests.conformance.record import Record
from tests.conformance.witness import Host

CASE = Case(
    "c", "A rule.", b"", frozenset({Outcome.EXITED}), 0, frozenset({11}), ("said",), False, False, (), BOUNDS
)
GOOD = Record(
    case="c",
    engine="e",
    outcome=Outcome.EXITED,
    exit_code=0,
    printed="said\nCONTAINED it",
    bystander="answers",
    successor="works 7 served []",
)


def test_a_contained_run_has_no_complaint() -> None:
    assert complaints(CASE, GOOD) == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"outcome": Outcome.TIMED_OUT}, "ended as timed_out"),
        ({"exit_code": 1}, "exit code 1"),
        ({"printed": "said\nESCAPED by the window"}, "ESCAPED by the window"),
        ({"printed": "said\nUNCLEAR what"}, "UNCLEAR what"),
        ({"printed": ""}, "did not say 'said'"),
        ({"leaked": ("the machine's",)}, "printed a secret"),
        ({"wall_s": 60.0}, "ran for 60.0 s"),
        ({"peak_threads": 100}, "100 threads at once"),
        ({"peak_memory_mib": 140.0}, "140 MiB at once"),
        ({"kept_bytes": 10**6}, "1000000 bytes of output"),
        ({"survivors": ("7 (sleep)",)}, "still running after the end"),
        ({"reached": ("127.0.0.1",)}, "connected to the machine"),
        ({"changed": ("/proc/sys/kernel/core_pattern",)}, "changed the machine"),
        ({"bystander": "said nothing"}, "the other sandbox"),
        ({"successor": "failed"}, "the next sandbox"),
        ({"successor": "works 7 served ['planted']"}, "the next sandbox"),
    ],
)
def test_each_breach_is_complained_of(wrong: dict[str, Any], complaint: str) -> None:
    found = complaints(CASE, replace(GOOD, **wrong))
    assert len(found) == 1
    assert complaint in found[0]


def test_a_crash_by_another_signal_is_complained_of() -> None:
    case = replace(CASE, outcomes=frozenset({Outcome.CRASHED}))
    crash = replace(GOOD, outcome=Outcome.CRASHED, exit_code=None, signal=9)
    assert complaints(case, crash) == ["signal 9, not one of [11]"]
    assert complaints(case, replace(crash, signal=11)) == []


def test_memory_over_the_limit_is_excused_by_a_factor_only() -> None:
    over = replace(GOOD, peak_memory_mib=150.0)
    assert complaints(CASE, over) == ["150 MiB at once; the limit is 128 MiB"]
    assert complaints(CASE, over, memory_factor=1.5) == []


def test_a_record_survives_its_way_between_processes() -> None:
    record = replace(GOOD, survivors=("7 (sleep)",), printed="\x00\xff\n")
    assert Record.from_json(record.to_json()) == record


def test_a_known_limit_excuses_its_own_complaint_only_and_only_while_it_is_true() -> None:
    known = KnownLimit("c", "e", "exit code", "cannot be told")
    assert unexcused(["exit code 1, not 0"], known) == []
    assert unexcused(["exit code 1, not 0", "ESCAPED"], known) == ["ESCAPED"]
    assert "no longer true" in unexcused([], known)[0]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ('"""A rule that holds."""\n', "no header"),
        ("import os\n# /// case\n# outcomes = ['exited']\n# ///\n", "expected a docstring"),
        ('"""A rule that holds."""\n# /// case\n# outcomes = ["gone"]\n# ///\n', "outcomes is ['gone']"),
        ('"""A rule that holds."""\n# /// case\n# outcomes = []\n# ///\n', "outcomes is []"),
        ('"""A rule that holds."""\n# /// case\n# outcomes = \n# ///\n', "not TOML"),
        (
            '"""A rule that holds."""\n# /// case\n# outcome = ["exited"]\n# ///\n',
            "has outcome; expected only",
        ),
        ('"""A."""\n# /// case\n# outcomes = ["exited"]\n# limits.ram = 1\n# ///\n', "[limits] has ram"),
    ],
)
def test_a_case_with_a_wrong_header_is_refused(tmp_path: Path, source: str, error: str) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(CaseError) as raised:
        read_case(path)
    assert str(raised.value).startswith("wrong.py: ")
    assert error in str(raised.value)


class BareEngine:
    """Just enough of an engine for a lane."""

    def open_pod(self) -> BarePod:
        return BarePod()


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("read_machine_files", "printed a secret: the machine's"),
        ("read_other_sandboxes", "printed a secret: the bystander's file, the bystander's environment"),
        ("reach_machine", "connected to the machine: 127.0.0.1"),
        ("environment", "ESCAPED environment"),
        ("daemon", "still running after the end"),
        ("hidden_proc", "ESCAPED process list"),
        ("exit_zero_early", "the next sandbox of the same name: works 7 served ['"),
    ],
)
def test_the_lane_sees_that_a_bare_process_is_not_contained(name: str, complaint: str) -> None:
    case = load_cases()[name]
    with Host() as host:
        lane = Lane(BareEngine(), "bare", host, 20599)  # type: ignore[arg-type]
        try:
            record = lane.run(case)
        finally:
            lane.close()
    for survivor in record.survivors:
        os.kill(int(survivor.split()[0]), signal.SIGKILL)
    assert any(complaint in found for found in complaints(case, record)), complaints(case, record)
