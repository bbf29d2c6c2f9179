"""What is kept of a sandbox's output, and how it is cut into lines, whatever the pieces it comes in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.contract import Limits
from sandbox.docker_engine.attachment import STDOUT
from sandbox.docker_engine.capture import Capture, Lines
from sandbox.docker_engine.printing import Printing
from sandbox.policy import load_policy

PIECES = st.lists(st.binary(max_size=40), max_size=20)
STDERR = 2


@given(PIECES, st.integers(1, 30), st.integers(1, 30))
def test_the_first_and_the_last_bytes_are_kept(pieces: list[bytes], head: int, tail: int) -> None:
    capture = Capture(head, tail)
    for piece in pieces:
        capture.add(piece)
    whole, output = b"".join(pieces), capture.output()
    assert output.total_bytes == len(whole)
    assert output.head == whole[:head]
    assert output.tail == whole[head:][-tail:]


@given(st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=8), st.data())
def test_lines_are_the_same_however_they_arrive(wanted: list[bytes], data: st.DataObject) -> None:
    text = b"".join(line + b"\n" for line in wanted)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    lines = Lines(longest_bytes=100)
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        assert lines.add(text[start:end])
    lines.close()
    assert list(lines) == wanted
    assert list(lines) == []


def test_a_last_line_without_a_newline_is_delivered() -> None:
    lines = Lines(longest_bytes=10)
    lines.add(b"one\ntw")
    lines.add(b"o")
    lines.close()
    assert list(lines) == [b"one", b"two"]


def test_a_line_may_be_as_long_as_allowed_and_not_longer() -> None:
    for length, is_fine in ((10, True), (11, False)):
        for pieces in ([b"x" * length], [b"x"] * length, [b"x" * length + b"\n"]):
            lines = Lines(longest_bytes=10)
            assert all(lines.add(piece) for piece in pieces) is is_fine


def test_output_over_its_limit_is_reported_once_and_dropped() -> None:
    reasons: list[str] = []
    printing = Printing(Limits(output_mib=0.001), load_policy(), is_channel=False, too_much=reasons.append)
    for _ in range(5):
        printing.receive(STDOUT, b"x" * 600)
    assert reasons == ["printed more than 0.001 MiB"]
    assert printing.output().total_bytes == 600


def test_both_outputs_of_a_channel_count_against_the_limit() -> None:
    reasons: list[str] = []
    printing = Printing(Limits(output_mib=0.001), load_policy(), is_channel=True, too_much=reasons.append)
    printing.receive(STDOUT, b"line\n" * 100)
    printing.receive(STDERR, b"x" * 600)
    assert len(reasons) == 1
