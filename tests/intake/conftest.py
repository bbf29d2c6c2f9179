"""What the intake's tests share."""

from __future__ import annotations

import pytest

from grader.errors import SubmissionError
from grader.intake import Bounds, take_in


@pytest.fixture
def refused():
    """Give a function that takes a source in, which must fail, and returns the one line that it fails with."""

    def take(source, **options) -> str:
        with (
            pytest.raises(SubmissionError) as caught,
            take_in(source, bounds=options.pop("bounds", Bounds()), **options),
        ):
            pass
        line = str(caught.value)
        assert line.isprintable(), f"not one printable line: {line!r}"
        assert len(line) < 600
        return line

    return take
