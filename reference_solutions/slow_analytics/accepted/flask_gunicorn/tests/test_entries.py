"""How rows become entries."""

from decimal import Decimal

from entries import entries

NOTHING = Decimal(0)


def test_no_rows_are_no_entries():
    assert entries([]) == []


def test_a_user_without_orders_is_listed():
    assert entries([(4, None, NOTHING)]) == [{"user_id": 4, "orders": [], "total_spent": 0}]


def test_an_order_without_items_totals_nothing():
    [entry] = entries([(4, 9, NOTHING)])
    assert entry["orders"] == [{"order_id": 9, "total": 0}]


def test_totals_add_up_before_they_become_floats():
    [entry] = entries([(4, number, Decimal("0.10")) for number in (1, 2, 3)])
    assert entry["total_spent"] == 0.3


def test_users_keep_their_order():
    rows = [(1, None, NOTHING), (2, 8, Decimal(5)), (3, None, NOTHING)]
    assert [entry["user_id"] for entry in entries(rows)] == [1, 2, 3]


def test_a_user_has_one_entry():
    assert len(entries([(2, 8, Decimal(5)), (2, 9, Decimal(6))])) == 1
