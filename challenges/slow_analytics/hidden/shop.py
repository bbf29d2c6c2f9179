"""The shop that reports are about: its rows as the examiner wrote them, and the report that follows from them.

Whatever a submission does to its tables, the right answer is worked out from what was written, with exact decimals.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

TABLES = """
CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, email text NOT NULL);
CREATE TABLE orders (
    id integer PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL
);
CREATE TABLE order_items (
    id integer PRIMARY KEY,
    order_id integer NOT NULL REFERENCES orders (id),
    price numeric(10, 2) NOT NULL,
    quantity integer NOT NULL
);
"""
COLUMNS = {
    "users": ("id", "name", "email"),
    "orders": ("id", "user_id", "created_at"),
    "order_items": ("id", "order_id", "price", "quantity"),
}
FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)
DAYS = 730
SMALL = (40, 300, 900, 0.0)
LARGE = (2_000, 20_000, 60_000, 0.05)
_LONGEST_CENTS = 50_000

Item = tuple[Decimal, int]
Report = list[tuple[int, list[tuple[int, Decimal]], Decimal]]
"""For each user its id, the ids and totals of its orders, and their sum."""


@dataclass
class Order:
    """One order with its items by id."""

    user_id: int
    created_at: datetime
    items: dict[int, Item] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """The sum over the items, exactly."""
        return sum((price * quantity for price, quantity in self.items.values()), Decimal(0))


@dataclass
class Shop:
    """All rows."""

    users: dict[int, tuple[str, str]] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)

    def report(self, start: datetime, end: datetime) -> Report:
        """Return what a report of the time between the two must say, both included."""
        found: dict[int, list[tuple[int, Decimal]]] = {user: [] for user in sorted(self.users)}
        for number in sorted(self.orders):
            order = self.orders[number]
            if start <= order.created_at <= end:
                found[order.user_id].append((number, order.total))
        return [
            (user, orders, sum((total for _, total in orders), Decimal(0))) for user, orders in found.items()
        ]

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """Return a table's rows by id."""
        if table == "users":
            return [(user, *texts) for user, texts in sorted(self.users.items())]
        if table == "orders":
            return [
                (number, order.user_id, order.created_at) for number, order in sorted(self.orders.items())
            ]
        items = ((number, order) for number, order in self.orders.items())
        return sorted((item, number, *order.items[item]) for number, order in items for item in order.items)


def make_shop(size: tuple[int, int, int, float]) -> Shop:
    """Draw a shop of so many users, orders and items, always the same; a share of users and orders has none."""
    users, orders, items, idle = size
    draw = random.Random(f"{users} users")
    shop = Shop({user: (f"User {user}", f"user{user}@example.com") for user in range(1, users + 1)})
    buyers = draw.sample(range(1, users + 1), round(users * (1 - idle)))
    for number in range(1, orders + 1):
        moment = FIRST_DAY + timedelta(microseconds=draw.randrange(DAYS * 86_400_000_000))
        buyer = buyers[number - 1] if number <= len(buyers) else draw.choice(buyers)
        shop.orders[number] = Order(buyer, moment)
    filled = draw.sample(range(1, orders + 1), round(orders * (1 - idle)))
    for item in range(1, items + 1):
        price = Decimal(draw.randint(1, _LONGEST_CENTS)) / 100
        order = filled[item - 1] if item <= len(filled) else draw.choice(filled)
        shop.orders[order].items[item] = (price, draw.randint(1, 5))
    return shop


def fill(connection: Any, shop: Shop) -> None:
    """Make the tables and store a shop's rows."""
    connection.execute(TABLES)
    for table, columns in COLUMNS.items():
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in shop.rows(table):
                copy.write_row(row)
    connection.execute("ANALYZE users, orders, order_items")


class Books:
    """A shop and the database that holds it: each change is made in both."""

    def __init__(self, connection: Any, shop: Shop) -> None:
        self._connection = connection
        self.shop = shop
        self._last = {table: max((row[0] for row in shop.rows(table)), default=0) for table in COLUMNS}

    def add_user(self, name: str = "New", email: str = "new@example.com") -> int:
        """Add a user and return its id."""
        user = self._next("users")
        self._connection.execute("INSERT INTO users VALUES (%s, %s, %s)", (user, name, email))
        self.shop.users[user] = (name, email)
        return user

    def add_order(self, user: int, created_at: datetime, items: Iterable[Item] = ()) -> int:
        """Add an order with its items in one transaction and return its id."""
        number = self._next("orders")
        order = Order(user, created_at, {self._next("order_items"): item for item in items})
        with self._connection.transaction():
            self._connection.execute("INSERT INTO orders VALUES (%s, %s, %s)", (number, user, created_at))
            with self._connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO order_items VALUES (%s, %s, %s, %s)",
                    [(item, number, *values) for item, values in order.items.items()],
                )
        self.shop.orders[number] = order
        return number

    def move_order(self, number: int, created_at: datetime) -> None:
        """Change when an order was made."""
        self._connection.execute("UPDATE orders SET created_at = %s WHERE id = %s", (created_at, number))
        self.shop.orders[number].created_at = created_at

    def give_order(self, number: int, user: int) -> None:
        """Make an order another user's."""
        self._connection.execute("UPDATE orders SET user_id = %s WHERE id = %s", (user, number))
        self.shop.orders[number].user_id = user

    def add_item(self, number: int, item: Item) -> None:
        """Add an item to an order."""
        row = self._next("order_items")
        self._connection.execute("INSERT INTO order_items VALUES (%s, %s, %s, %s)", (row, number, *item))
        self.shop.orders[number].items[row] = item

    def change_item(self, number: int, item: int, price: Decimal, quantity: int) -> None:
        """Change an item's price and quantity."""
        statement = "UPDATE order_items SET price = %s, quantity = %s WHERE id = %s"
        self._connection.execute(statement, (price, quantity, item))
        self.shop.orders[number].items[item] = (price, quantity)

    def remove_item(self, number: int, item: int) -> None:
        """Remove an item."""
        self._connection.execute("DELETE FROM order_items WHERE id = %s", (item,))
        del self.shop.orders[number].items[item]

    def remove_order(self, number: int) -> None:
        """Remove an order with its items."""
        with self._connection.transaction():
            self._connection.execute("DELETE FROM order_items WHERE order_id = %s", (number,))
            self._connection.execute("DELETE FROM orders WHERE id = %s", (number,))
        del self.shop.orders[number]

    def remove_user(self, user: int) -> None:
        """Remove a user with all orders."""
        for number in [number for number, order in self.shop.orders.items() if order.user_id == user]:
            self.remove_order(number)
        self._connection.execute("DELETE FROM users WHERE id = %s", (user,))
        del self.shop.users[user]

    def _next(self, table: str) -> int:
        """Return an id that no row of a table had before."""
        self._last[table] += 1
        return self._last[table]
