"""Two gradings never share a processor for what they judge; a killed one frees its own."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.grading.cores import Cores, reserve

HOLD = """
import sys
from grader.grading.cores import reserve
with reserve((0, 1), print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def silent(_: str) -> None:
    pass


def test_one_processor_is_not_pinned() -> None:
    with reserve((0,), silent) as cores:
        assert cores == Cores((), ())


def test_judge_and_judged_get_processors_of_their_own() -> None:
    with ExitStack() as held:
        first = held.enter_context(reserve((0, 1, 2, 3), silent))
        second = held.enter_context(reserve((0, 1, 2, 3), silent))
        third = held.enter_context(reserve((0, 1, 2, 3), silent))
        assert first.judge == second.judge == third.judge == (0,)
        assert {first.judged, second.judged, third.judged} == {(1,), (2,), (3,)}


def test_who_finds_none_free_waits_in_turn_and_says_so() -> None:
    order: list[str] = []
    said: list[str] = []
    waits = threading.Event()

    def second() -> None:
        def say(text: str) -> None:
            said.append(text)
            waits.set()

        with reserve((0, 1), say):
            order.append("second")

    with reserve((0, 1), silent):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]
    assert said == ["waiting for a processor: other gradings hold all of them"]


def test_a_killed_grading_frees_its_processor() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    holder.kill()
    holder.communicate(timeout=30)
    with reserve((0, 1), silent) as cores:
        assert cores.judged == (1,)
