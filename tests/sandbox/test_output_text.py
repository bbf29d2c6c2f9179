"""The last words of a sandbox are found wherever its output was kept."""

from __future__ import annotations

import pytest

from sandbox import Output


@pytest.mark.parametrize(
    ("output", "limit", "text"),
    [
        (Output(b"", b"", 0), 10, ""),
        (Output(b"all of it", b"", 9), 100, "all of it"),
        (Output(b"all of it", b"", 9), 5, "of it"),
        (Output(b"begin", b"end", 100), 100, "begin\n...\nend"),
        (Output(b"begin", b"end", 100), 3, "end"),
        (Output(b"\xff!", b"", 2), 10, "\N{REPLACEMENT CHARACTER}!"),
    ],
)
def test_last_words_come_from_what_was_kept(output: Output, limit: int, text: str) -> None:
    assert output.last_text(limit) == text
