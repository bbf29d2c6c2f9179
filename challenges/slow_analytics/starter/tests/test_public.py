"""The main cases of the statement; the hidden tests check all of it."""

import pytest

MARCH = [
    {
        "user_id": 1,
        "orders": [{"order_id": 2, "total": 29.99}, {"order_id": 3, "total": 0}],
        "total_spent": 29.99,
    },
    {"user_id": 2, "orders": [{"order_id": 1, "total": pytest.approx(0.3)}], "total_spent": pytest.approx(0.3)},
    {"user_id": 3, "orders": [], "total_spent": 0},
]
NOTHING = [{"user_id": user, "orders": [], "total_spent": 0} for user in (1, 2, 3)]


def report(client, start, end):
    return client.get("/analytics/report", params={"start_date": start, "end_date": end})


def test_a_report_lists_every_user_with_orders_and_totals(client):
    answer = report(client, "2024-03-01", "2024-03-31T23:59:59Z")
    assert answer.status_code == 200
    assert answer.json() == MARCH


def test_both_ends_are_included(client):
    [first, _, _] = report(client, "2024-03-31T23:59:59", "2024-04-01").json()
    assert [order["order_id"] for order in first["orders"]] == [3, 4]


def test_offsets_are_respected(client):
    [first, _, _] = report(client, "2024-04-01T01:59:59+02:00", "2024-03-31T18:59:59-05:00").json()
    assert [order["order_id"] for order in first["orders"]] == [3]


def test_a_range_that_ends_before_it_starts_is_empty(client):
    answer = report(client, "2024-04-01", "2024-03-01")
    assert answer.status_code == 200
    assert answer.json() == NOTHING


def test_what_was_committed_before_is_in_the_answer(client, database):
    database.execute("INSERT INTO orders VALUES (9, 3, '2025-01-01T10:00:00Z')")
    database.execute("INSERT INTO order_items VALUES (9, 9, 12.50, 2)")
    [_, _, third] = report(client, "2025-01-01", "2025-01-02").json()
    assert third == {"user_id": 3, "orders": [{"order_id": 9, "total": 25}], "total_spent": 25}
    database.execute("DELETE FROM order_items WHERE id = 9")
    database.execute("DELETE FROM orders WHERE id = 9")
    assert report(client, "2025-01-01", "2025-01-02").json() == NOTHING


@pytest.mark.parametrize("text", ["", "yesterday", "2024-02-30", "2024-3-1", "20240301"])
def test_anything_else_is_refused(client, text):
    assert report(client, text, "2024-03-31").status_code == 422


def test_both_dates_are_needed(client):
    assert client.get("/analytics/report", params={"start_date": "2024-03-01"}).status_code == 422
