"""The dates of a request."""

from datetime import UTC, datetime, timedelta

import pytest

from dates import parse_moment

NOON = datetime(2024, 5, 17, 12, tzinfo=UTC)


def test_a_date_is_midnight():
    assert parse_moment("2024-05-17") == NOON - timedelta(hours=12)


def test_an_end_of_a_day_is_the_next_midnight():
    assert parse_moment("2024-05-18") - parse_moment("2024-05-17") == timedelta(days=1)


@pytest.mark.parametrize("text", ["2024-05-17T12:00", "2024-05-17T12:00:00Z", "2024-05-17T14:00+02:00"])
def test_one_moment_has_many_names(text):
    assert parse_moment(text) == NOON


def test_every_moment_knows_its_zone():
    assert all(parse_moment(text).tzinfo for text in ("2024-05-17", "2024-05-17T12:00:00.000001"))


def test_microseconds_count():
    assert parse_moment("2024-05-17T12:00:00.000001") - NOON == timedelta(microseconds=1)


@pytest.mark.parametrize("text", ["", "today", "2024-05-32", "2024-5-17", "2024-05-17T", "2024-05-17\n"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="."):
        parse_moment(text)
