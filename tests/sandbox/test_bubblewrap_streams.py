"""Streams: what is kept of the output, and how a channel is cut into lines."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.bubblewrap.streams import Capture, LineReader


@given(chunks=st.lists(st.binary(max_size=40)), head=st.integers(0, 60), tail=st.integers(1, 60))
def test_the_beginning_and_the_end_are_kept_however_it_comes(
    chunks: list[bytes], head: int, tail: int
) -> None:
    capture = Capture(head, tail)
    for chunk in chunks:
        capture.take(chunk)
    whole = b"".join(chunks)
    output = capture.output()
    assert output.total_bytes == len(whole)
    assert output.head == whole[:head]
    assert output.tail == whole[head:][-tail:]


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """The ends of a pipe; the reader closes its own."""
    reads, writes = os.pipe()
    yield reads, writes
    try:
        os.close(writes)
    except OSError:
        return


def test_lines_come_without_newline_and_the_last_may_lack_it(pipe: tuple[int, int]) -> None:
    reads, writes = pipe
    os.write(writes, b"one\n\nthree\r\nfour")
    os.close(writes)
    assert list(LineReader(reads, 100).lines()) == [b"one", b"", b"three\r", b"four"]


def test_a_line_may_arrive_in_pieces_and_be_as_long_as_the_limit(pipe: tuple[int, int]) -> None:
    reads, writes = pipe
    reader = LineReader(reads, 200_000)

    def write() -> None:
        for _ in range(200):
            os.write(writes, b"x" * 1000)
        os.write(writes, b"\nshort\n")
        os.close(writes)

    writer = threading.Thread(target=write)
    writer.start()
    assert [len(line) for line in reader.lines()] == [200_000, 5]
    writer.join()


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_longer_line_is_an_overflow(pipe: tuple[int, int], end: bytes) -> None:
    reads, writes = pipe
    os.write(writes, b"x" * 101 + end)
    with pytest.raises(OverflowError, match="over 100 bytes"):
        next(LineReader(reads, 100).lines())
    os.close(reads)


def test_what_is_in_the_pipe_at_the_end_can_still_be_read(pipe: tuple[int, int]) -> None:
    reads, writes = pipe
    reader = LineReader(reads, 100)
    os.write(writes, b"last words\n")
    reader.finish()  # while somebody else still holds the writing end
    os.close(writes)
    assert list(reader.lines()) == [b"last words"]
