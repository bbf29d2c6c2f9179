"""How rows become a report."""

from report import build


def test_nobody_is_left_out():
    assert [entry["user_id"] for entry in build([(1,), (2,), (5,)], [(2, 10, 100)])] == [1, 2, 5]


def test_users_without_orders_spent_nothing():
    assert build([(1,)], []) == [{"user_id": 1, "orders": [], "total_spent": 0}]


def test_cents_become_whole_units():
    [entry] = build([(1,)], [(1, 10, 1999)])
    assert entry["orders"] == [{"order_id": 10, "total": 19.99}]


def test_orders_add_up_exactly():
    [entry] = build([(1,)], [(1, number, 10) for number in range(3)])
    assert entry["total_spent"] == 0.3


def test_orders_keep_their_order():
    [entry] = build([(1,)], [(1, 3, 1), (1, 7, 1), (1, 9, 1)])
    assert [order["order_id"] for order in entry["orders"]] == [3, 7, 9]


def test_an_order_without_items_is_listed():
    [entry] = build([(1,)], [(1, 4, 0)])
    assert entry == {"user_id": 1, "orders": [{"order_id": 4, "total": 0}], "total_spent": 0}
