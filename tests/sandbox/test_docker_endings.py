"""How an end is named from what was seen of it."""

from __future__ import annotations

import pytest

from sandbox.contract import Limits, Outcome
from sandbox.docker_engine.accounts import NOTHING
from sandbox.docker_engine.endings import Exit, ending_of


@pytest.mark.parametrize(
    ("seen", "outcome", "exit_code", "signal"),
    [
        (Exit(0, False), Outcome.EXITED, 0, None),
        (Exit(3, False), Outcome.EXITED, 3, None),
        (Exit(139, False), Outcome.CRASHED, None, 11),
        (Exit(135, False), Outcome.CRASHED, None, 7),
        (Exit(137, False), Outcome.EXITED, 137, None),
        (Exit(143, False), Outcome.EXITED, 143, None),
        (Exit(255, False), Outcome.EXITED, 255, None),
        (Exit(137, True), Outcome.OUT_OF_MEMORY, None, 9),
        (Exit(0, True), Outcome.OUT_OF_MEMORY, 0, None),
        (Exit(139, True), Outcome.OUT_OF_MEMORY, None, 11),
        (Exit(137, False, Outcome.TIMED_OUT), Outcome.TIMED_OUT, None, 9),
        (Exit(137, True, Outcome.OUTPUT_LIMIT), Outcome.OUTPUT_LIMIT, None, 9),
        (Exit(0, False, Outcome.STOPPED), Outcome.STOPPED, 0, None),
        (Exit(139, False, Outcome.STOPPED), Outcome.STOPPED, None, 11),
    ],
)
def test_what_we_did_comes_first_then_memory_then_how_it_went(
    seen: Exit, outcome: Outcome, exit_code: int | None, signal: int | None
) -> None:
    ending = ending_of(seen, NOTHING, Limits())
    assert (ending.outcome, ending.exit_code, ending.signal) == (outcome, exit_code, signal)


def test_memory_is_mentioned_where_something_else_ended_it() -> None:
    seen = Exit(137, True, Outcome.TIMED_OUT, "ran for longer than 5 s")
    assert ending_of(seen, NOTHING, Limits(memory_mib=64)).detail == (
        "ran for longer than 5 s; used more than 64 MiB"
    )
