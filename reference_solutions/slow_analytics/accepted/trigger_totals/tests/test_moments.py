"""Moments as clients write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from moments import NoMoment, read_moment


def test_a_day_is_its_midnight_in_utc():
    assert read_moment("2024-05-17") == datetime(2024, 5, 17, tzinfo=UTC)


def test_a_time_without_an_offset_is_in_utc():
    assert read_moment("2024-05-17T10:30") == datetime(2024, 5, 17, 10, 30, tzinfo=UTC)


def test_an_offset_is_respected():
    there = timezone(timedelta(hours=-5))
    assert read_moment("2024-05-17T10:30:00-05:00") == datetime(2024, 5, 17, 10, 30, tzinfo=there)


def test_microseconds_are_kept():
    assert read_moment("2024-05-17T10:30:00.000001Z").microsecond == 1


def test_a_missing_moment_is_refused():
    with pytest.raises(NoMoment):
        read_moment(None)


@pytest.mark.parametrize("text", ["", "2024-02-30", "20240517", "2024-05-17T10", "2024-05-17 10:00", "2024-05-17\n"])
def test_anything_else_is_refused(text):
    with pytest.raises(NoMoment):
        read_moment(text)
