"""Which orders are in a range: both ends, to the microsecond, in every way to name a moment; and what is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from analytics import PATH, in_utc, path_of
from reading import Reader

from grader.examiner import expect

EDGE = datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
ITEMS = [(Decimal("3.50"), 2)]
MICROSECOND = timedelta(microseconds=1)
MIDNIGHT = datetime(2024, 7, 9, tzinfo=UTC)
INSTANT = datetime(2024, 7, 10, 22, 30, tzinfo=UTC)
SAME_INSTANT = [
    "2024-07-10T22:30",
    "2024-07-10T22:30Z",
    "2024-07-10T22:30:00",
    "2024-07-10T22:30:00Z",
    "2024-07-10T22:30:00.000000",
    "2024-07-10T22:30:00.000000Z",
    "2024-07-10T22:30+00:00",
    "2024-07-10T22:30:00-00:00",
    "2024-07-11T00:30+02:00",
    "2024-07-10T17:30:00-05:00",
    "2024-07-11T04:00:00+05:30",
    "2024-07-10T12:45:00.000000-09:45",
    "2024-07-11T12:30:00.000000+14:00",
]
BAD = [
    "",
    " ",
    "yesterday",
    "null",
    "2024",
    "2024-07",
    "2024-7-9",
    "24-07-09",
    "20240709",
    "2024-07-09Z",
    "2024-W28-2",
    "2024-191",
    "2024-02-30",
    "2023-02-29",
    "2024-13-01",
    "2024-00-10",
    "2024-07-00",
    "2024-07-09T",
    "2024-07-09T10",
    "2024-07-09T25:00",
    "2024-07-09T10:60",
    "2024-07-09T10:00:61",
    "2024-07-09T10:00:00.",
    "2024-07-09T10:00:00.1234567",
    "2024-07-09T10:00:00.000000000Z",
    "2024-07-09T10:00ZZ",
    "2024-07-09T10:00+2",
    "2024-07-09T10:00+25:00",
    "2024-07-09T10:00 Europe/Berlin",
    "2024-07-09x",
    "x2024-07-09",
    "2024-07-09\n",
    " 2024-07-09",
    "2024-07-09' OR '1'='1",
    "\uff12\uff10\uff12\uff14-07-09",
    "today",
    "infinity",
    "epoch",
    "-2024-07-09",
    "12024-07-09",
]


def held_of(reader, user, start, end, wanted, what):
    """Hold that a report lists these orders of a user."""
    expect(reader.orders_of(user, start, end), wanted, what)


@pytest.mark.check("date_bounds")
def test_both_ends_are_included_to_the_microsecond(http, database):
    reader = Reader(http, database)
    with reader.customer() as user:
        before, at, after = (
            reader.books.add_order(user, EDGE + step * MICROSECOND, ITEMS) for step in (-1, 0, 1)
        )
        early, edge, late = (in_utc(EDGE + step * MICROSECOND) for step in (-1, 0, 1))
        held_of(reader, user, edge, edge, [at], f"the orders at {edge}, from then to then")
        held_of(reader, user, edge, late, [at, after], "the orders of a range that starts at one of them")
        held_of(reader, user, early, edge, [before, at], "the orders of a range that ends at one of them")


@pytest.mark.check("date_bounds")
def test_a_date_is_its_midnight_at_either_end(http, database):
    reader = Reader(http, database)
    steps = (-MICROSECOND, timedelta(0), MICROSECOND, timedelta(hours=9), timedelta(days=1))
    with reader.customer() as user:
        last, first, second, third, next_day = (
            reader.books.add_order(user, MIDNIGHT + step, ITEMS) for step in steps
        )
        held_of(reader, user, "2024-07-09", "2024-07-09", [first], "the orders from a date to the same date")
        day = [first, second, third, next_day]
        held_of(reader, user, "2024-07-09", "2024-07-10", day, "the orders from a date to the next")
        held_of(reader, user, "2024-07-08", "2024-07-09", [last, first], "the orders up to a date")


@pytest.mark.check("time_zones")
def test_one_moment_may_be_named_in_many_ways(http, database):
    reader = Reader(http, database)
    with reader.customer() as user:
        early, late = (
            reader.books.add_order(user, INSTANT + timedelta(seconds=step), ITEMS) for step in (-1, 1)
        )
        for text in SAME_INSTANT:
            held_of(reader, user, text, "2024-07-12T00:00Z", [late], f"the orders from {text} on")
            held_of(reader, user, "2024-07-09T00:00Z", text, [early], f"the orders up to {text}")


@pytest.mark.check("bad_dates")
@pytest.mark.parametrize("text", BAD, ids=repr)
def test_anything_else_is_refused_at_either_end(http, database, text):
    Reader(http, database)
    for start, end in ((text, "2024-07-10"), ("2024-07-01", text)):
        expect(http.get(path_of(start, end)).status, 422, f"the status of a report from {start!r} to {end!r}")


@pytest.mark.check("bad_dates")
@pytest.mark.parametrize("query", ["", "?start_date=2024-07-01", "?end_date=2024-07-10", "?from=2024-07-01"])
def test_a_missing_date_is_refused(http, database, query):
    Reader(http, database)
    expect(http.get(PATH + query).status, 422, f"the status of GET {PATH}{query}")
