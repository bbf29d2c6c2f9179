"""What a report says: its shape and order, users and orders with nothing, totals."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from reading import Reader
from shop import DAYS, FIRST_DAY

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MANY_SMALL = 1_200


_days = itertools.count()


def item(price, quantity):
    return Decimal(price), quantity


def new_noon():
    """Return the noon of a day that no other test asks for: cached answers are another check's matter."""
    return datetime(2024, 5, 17, 12, tzinfo=UTC) + next(_days) * DAY


@pytest.mark.check("report")
def test_users_and_orders_are_listed_by_id_with_their_totals(http, database):
    reader = Reader(http, database)
    reader.holds_everything("the report of all orders")


@pytest.mark.check("report")
def test_orders_are_listed_by_id_however_their_times_run(http, database):
    reader, noon = Reader(http, database), new_noon()
    with reader.customer() as first, reader.customer() as second:
        for hours in (5, 1, 4, 2, 3):
            for user in (second, first):
                reader.books.add_order(user, noon + timedelta(hours=hours), [item("1.50", hours)])
        for user in (first, second):
            reader.holds_of(
                user, noon, noon + DAY / 2, "the report of orders that were not entered in order of time"
            )


@pytest.mark.check("report")
def test_items_that_are_alike_each_count(http, database):
    reader, noon = Reader(http, database), new_noon()
    with reader.customer() as user:
        items = [item("5.00", 1)] * 3 + [item("5.00", 0), item("0.00", 7)]
        for _ in range(2):
            reader.books.add_order(user, noon, items)
        reader.holds_of(
            user,
            noon - HOUR,
            noon + HOUR,
            "the report of two orders that are alike, with items that are alike",
        )


@pytest.mark.check("all_users")
def test_users_without_orders_in_the_range_are_listed(http, database):
    reader = Reader(http, database)
    with reader.customer():
        reader.holds(FIRST_DAY, FIRST_DAY + DAY, "the report of a day on which most users ordered nothing")
        early = datetime(1999, 1, 1, tzinfo=UTC)
        reader.holds(early, early + DAY, "the report of a day on which nobody ordered anything")


@pytest.mark.check("empty_orders")
def test_orders_without_items_total_nothing(http, database):
    reader, noon = Reader(http, database), new_noon()
    with reader.customer() as user:
        for hours in (1, 2):
            reader.books.add_order(user, noon + timedelta(hours=hours))
        reader.books.add_order(user, noon + timedelta(hours=3), [item("0.01", 1)])
        reader.holds_of(
            user, noon, noon + timedelta(hours=2.5), "the report of orders that all have no items"
        )
        reader.holds_of(user, noon, noon + DAY / 2, "the report of orders some of which have no items")


@pytest.mark.check("totals")
def test_cents_add_up(http, database):
    reader, noon = Reader(http, database), new_noon()
    with reader.customer() as user:
        for price, quantity in (("0.10", 3), ("1.01", 7), ("19.99", 1_001), ("0.01", 333), ("2.67", 1)):
            reader.books.add_order(user, noon, [item(price, quantity)] * 3)
        reader.holds_of(user, noon - HOUR, noon + HOUR, "the report of some small orders")


@pytest.mark.check("totals")
def test_large_totals_keep_their_cents(http, database):
    reader = Reader(http, database)
    large, noon = item("99999999.99", 9_000), new_noon()
    with reader.customer() as user:
        reader.books.add_order(user, noon, [large] + [item("0.07", 1)] * MANY_SMALL)
        what = "the report of an order of nearly 10^12 with many small items"
        reader.holds_of(user, noon - HOUR, noon + HOUR, what)
    noon = new_noon()
    with reader.customer() as user:
        for items in ([large], [item("0.07", 1)], [item("0.03", 3)]):
            reader.books.add_order(user, noon, items)
        reader.holds_of(user, noon - HOUR, noon + HOUR, "the report of a large order and small ones")


@pytest.mark.check("totals")
def test_more_pieces_than_a_number_of_32_bits_holds_add_up(http, database):
    reader, noon = Reader(http, database), new_noon()
    with reader.customer() as user:
        reader.books.add_order(user, noon, [item("0.01", 2_000_000_000)] * 3)
        reader.holds_of(
            user, noon - HOUR, noon + HOUR, "the report of an order of six thousand million pieces"
        )


@pytest.mark.check("reversed_range")
def test_a_start_after_the_end_is_an_empty_range(http, database):
    reader = Reader(http, database)
    for days in (1, 30, 500):
        start = FIRST_DAY + timedelta(days=DAYS - 10)
        reader.holds(start, start - timedelta(days=days), "the report of a range that ends before it starts")
