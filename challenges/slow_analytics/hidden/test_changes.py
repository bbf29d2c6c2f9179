"""Freshness: whatever was committed before a request is in its answer."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from reading import Reader

MOMENT = datetime(2024, 9, 3, 15, 30, tzinfo=UTC)
START, END = MOMENT - timedelta(days=1), MOMENT + timedelta(days=1)
ITEM = (Decimal("12.34"), 2)


@pytest.mark.check("freshness")
def test_orders_that_were_added_changed_or_deleted_show_at_once(http, database):
    reader = Reader(http, database)
    books = reader.books
    with reader.customer() as user, reader.customer() as other:

        def hold(what):
            for each in (user, other):
                reader.holds_of(each, START, END, f"a report, {what}")

        order = books.add_order(user, MOMENT, [ITEM, ITEM])
        hold("after an order was added")
        books.move_order(order, MOMENT + timedelta(days=30))
        hold("after the order was moved out of the range")
        books.move_order(order, MOMENT)
        hold("after the order was moved back")
        books.give_order(order, other)
        hold("after the order was given to another user")
        books.remove_order(order)
        hold("after the order was deleted")


@pytest.mark.check("freshness")
def test_items_that_were_added_changed_or_deleted_show_at_once(http, database):
    reader = Reader(http, database)
    books = reader.books
    with reader.customer() as user:
        order = books.add_order(user, MOMENT, [ITEM, ITEM, ITEM])
        reader.holds_of(user, START, END, "a report, after an order was added")
        first, second, _ = books.shop.orders[order].items
        books.change_item(order, first, Decimal("99.99"), 2)
        reader.holds_of(user, START, END, "a report, after an item's price was changed")
        books.change_item(order, first, Decimal("99.99"), 5)
        reader.holds_of(user, START, END, "a report, after an item's quantity was changed")
        books.remove_item(order, second)
        reader.holds_of(user, START, END, "a report, after an item was deleted")
        books.add_item(order, ITEM)
        reader.holds_of(user, START, END, "a report, after an item was added")


@pytest.mark.check("freshness")
def test_users_that_were_added_or_deleted_show_at_once(http, database):
    reader = Reader(http, database)
    reader.holds_everything("the report of all orders, before a user is added")
    with reader.customer() as user:
        reader.books.add_order(user, MOMENT, [ITEM])
        reader.holds_everything("the report of all orders, after a user was added who ordered")
    reader.holds_everything("the report of all orders, after the user was deleted")


@pytest.mark.check("freshness")
def test_changes_of_rows_that_were_there_from_the_start_show(http, database):
    reader = Reader(http, database)
    number, order = next(each for each in reader.books.shop.orders.items() if len(each[1].items) > 2)
    user, start, end = (
        order.user_id,
        order.created_at - timedelta(days=1),
        order.created_at + timedelta(hours=1),
    )
    reader.holds_of(user, start, end, "a report, before an item is changed")
    reader.books.change_item(number, min(order.items), Decimal("1000.01"), 1)
    reader.holds_of(user, start, end, "a report, after an item's price was changed")
    reader.books.remove_item(number, max(order.items))
    reader.holds_of(user, start, end, "a report, after an item was deleted")
    reader.books.move_order(number, end + timedelta(days=1))
    reader.holds_of(user, start, end, "a report, after the order was moved out of the range")
    reader.books.move_order(number, start + timedelta(days=1))
    reader.holds_of(user, start, end, "a report, after the order was moved back")
