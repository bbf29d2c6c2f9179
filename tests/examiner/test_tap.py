"""The meter of a tap finds every row of a stream, however it is cut."""

from __future__ import annotations

import pytest

from grader.examiner.tap import Meter

MESSAGES = (
    (b"R", b"\0\0\0\0"),
    (b"T", b"D" * 40),
    (b"D", b""),
    (b"D", b"DDDDD" * 60),
    (b"d", b"copied\n"),
    (b"C", b"SELECT 2\0"),
    (b"Z", b"I"),
)
STREAM = b"".join(kind + (len(body) + 4).to_bytes(4, "big") + body for kind, body in MESSAGES)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, len(STREAM)])
def test_rows_are_counted_however_the_stream_is_cut(size: int) -> None:
    meter = Meter()
    assert sum(meter.rows_in(STREAM[at : at + size]) for at in range(0, len(STREAM), size)) == 3
