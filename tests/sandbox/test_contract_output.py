"""What every engine promises of output: bytes as they are, the beginning and the end, never too much."""

from __future__ import annotations

import pytest

from sandbox import Engine, Outcome
from tests.conformance.programs import ending_of, program, run

pytestmark = pytest.mark.engine


def test_bytes_come_out_as_they_were_printed(engine: Engine) -> None:
    with engine.open_pod() as pod:
        _, printed = run(pod, program("import os; os.write(1, bytes(range(256)))"))
    assert printed.encode("latin-1") == bytes(range(256))


def test_both_outputs_are_captured_together(engine: Engine) -> None:
    source = """
import os, time
for output, word in ((1, b"one "), (2, b"two "), (1, b"three")):
    os.write(output, word)
    time.sleep(0.3)
"""
    with engine.open_pod() as pod:
        _, printed = run(pod, program(source))
    assert printed == "one two three"


def test_the_beginning_and_the_end_are_kept_and_all_is_counted(engine: Engine) -> None:
    source = (
        "import os\nos.write(1, b'begin')\nfor _ in range(64): os.write(1, b'x' * 65536)\nos.write(1, b'end')"
    )
    with engine.open_pod() as pod:
        sandbox = pod.start(program(source, output_mib=8.0))
        assert ending_of(sandbox).outcome is Outcome.EXITED
        output = sandbox.output()
    assert output.head.startswith(b"beginxxx")
    assert output.tail.endswith(b"xxxend")
    assert output.total_bytes == 64 * 65536 + 8
    assert len(output.head) + len(output.tail) < 512 * 1024


def test_short_output_is_not_told_twice(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("print('once')"))
        ending_of(sandbox)
        output = sandbox.output()
    assert output.head + output.tail == b"once\n"
    assert output.total_bytes == 5


def test_output_is_seen_before_the_end(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("import time; print('early', flush=True); time.sleep(600)"))
        for _ in range(100):
            if sandbox.output().head == b"early\n":
                break
            assert sandbox.wait(0.1) is None
        assert sandbox.output().head == b"early\n"


def test_all_that_was_printed_is_there_once_it_has_ended(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for _ in range(5):
            sandbox = pod.start(program("import sys; sys.stdout.write('y' * 60000)"))
            ending_of(sandbox)
            assert sandbox.output().total_bytes == 60_000


def test_output_up_to_the_limit_is_allowed(engine: Engine) -> None:
    with engine.open_pod() as pod:
        under, _ = run(pod, program("print('x' * 900_000)", output_mib=1.0))
        over, _ = run(pod, program("print('x' * 1_200_000); import time; time.sleep(600)", output_mib=1.0))
    assert under.outcome is Outcome.EXITED
    assert over.outcome is Outcome.OUTPUT_LIMIT
