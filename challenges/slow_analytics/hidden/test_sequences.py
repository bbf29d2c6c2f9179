"""Reports of random ranges, and after random changes; the small shop is not tidied up afterwards."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import Reader
from shop import DAYS, FIRST_DAY

CHANGES = 25
MOMENTS = st.datetimes(datetime(2022, 12, 1), datetime(2025, 1, 31))


def change(books, draw):
    """Make one change of any kind that the shop's rows allow."""
    shop = books.shop
    number = draw.choice(sorted(shop.orders))
    moment = FIRST_DAY + timedelta(seconds=draw.randrange(DAYS * 86_400))
    price, quantity = Decimal(draw.randint(0, 10**6)) / 100, draw.randint(0, 9)
    items = sorted(shop.orders[number].items)
    match draw.randrange(6):
        case 0:
            books.add_user()
        case 1:
            books.add_order(draw.choice(sorted(shop.users)), moment, [(price, quantity)] * draw.randint(0, 3))
        case 2:
            books.move_order(number, moment)
        case 3:
            books.give_order(number, draw.choice(sorted(shop.users)))
        case 4 if items:
            books.change_item(number, draw.choice(items), price, quantity)
        case 5 if items:
            books.remove_item(number, draw.choice(items))
        case _:
            books.remove_order(number)


@pytest.mark.check("random_reports")
def test_reports_follow_random_changes(http, database):
    reader = Reader(http, database)
    draw = random.Random("changes")
    for _ in range(CHANGES):
        change(reader.books, draw)
        start = FIRST_DAY + timedelta(seconds=draw.randrange(DAYS * 86_400))
        reader.holds(start, start + timedelta(days=draw.randrange(200)), "a report after a random change")


@pytest.mark.check("random_reports")
def test_reports_of_random_ranges_are_right(http, database):
    reader = Reader(http, database)

    @given(start=MOMENTS, end=MOMENTS)
    @settings(max_examples=30)
    def hold(start, end):
        first, second = (moment.replace(tzinfo=UTC) for moment in (start, end))
        reader.holds(first, second, "the report of a random range")

    hold()
