"""What every engine promises of a channel: lines in, lines out, standard error apart."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from sandbox import Engine, Outcome
from tests.conformance.programs import ENOUGH_S, ending_of, program

pytestmark = pytest.mark.engine

ECHO = """
import sys
sys.stderr.write("on the side\\n")
for line in sys.stdin.buffer:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
    if line == b"end\\n":
        break
"""


def test_lines_go_in_and_come_out_and_errors_stay_apart(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program(ECHO, channel=True))
        lines = sandbox.lines()
        for _ in range(100):
            word = secrets.token_hex(8).encode()
            sandbox.send(word + b"\n")
            assert next(lines) == word
        sandbox.send(b"end\n")
        assert list(lines) == [b"end"]
        assert ending_of(sandbox).outcome is Outcome.EXITED
        assert sandbox.output().head == b"on the side\n"


@pytest.mark.parametrize("size", [0, 1, 65_536, 1_000_000, 8_000_000])
def test_a_line_of_any_size_and_bytes_comes_out_whole(engine: Engine, size: int) -> None:
    content = (secrets.token_bytes(1000).replace(b"\n", b" ") * (size // 1000 + 1))[:size]
    with engine.open_pod() as pod:
        sandbox = pod.start(program(ECHO, channel=True))
        sandbox.send(content + b"\n")
        assert next(sandbox.lines()) == content


def test_lines_that_were_printed_before_the_end_are_all_delivered(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("for n in range(20000): print(n)", channel=True))
        assert list(sandbox.lines()) == [str(number).encode() for number in range(20_000)]


def test_a_last_line_without_a_newline_is_delivered(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("import os; os.write(1, b'first\\nlast')", channel=True))
        assert list(sandbox.lines()) == [b"first", b"last"]


def test_whoever_sends_to_what_has_ended_is_told(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("", channel=True))
        ending_of(sandbox)
        with pytest.raises(BrokenPipeError):
            sandbox.send(b"too late\n")


def test_an_unread_channel_puts_off_no_end_and_fills_no_memory_of_ours(engine: Engine) -> None:
    flood = "import os\nwhile True: os.write(1, (b'x' * 999 + b'\\n') * 64)"
    before_mib = _own_memory_mib()
    with engine.open_pod() as pod:
        sandbox = pod.start(program(flood, channel=True, wall_s=2.0, output_mib=16.0))
        ending = sandbox.wait(ENOUGH_S)
        assert ending is not None
        assert ending.outcome in (Outcome.TIMED_OUT, Outcome.OUTPUT_LIMIT)
        assert _own_memory_mib() - before_mib < 100  # some copies of what the limit of output lets pass


def _own_memory_mib() -> float:
    """Return what this process holds now."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * 4096 / 2**20


def test_a_sandbox_that_never_reads_does_not_hold_up_whoever_closes_the_pod(engine: Engine) -> None:
    with engine.open_pod() as pod:
        pod.start(program("import time; time.sleep(600)", channel=True)).send(b"x\n")
