"""Load: reports of the large shop over many ranges, every answer checked, while orders are made in between."""

from __future__ import annotations

import json
import random
from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
from analytics import difference, in_utc, path_of
from locust import task
from locust.contrib.fasthttp import FastHttpUser
from shop import DAYS, FIRST_DAY, LARGE, Report, make_shop

LENGTHS = (1, 2, 3, 5, 7, 14, 31)
READERS = 8  # at most; each is a customer as well
BUYS = 0.3
PRICE, QUANTITY = Decimal("19.99"), 3


class Ledger:
    """The large shop's orders by time, from which the report of a range is quickly made."""

    def __init__(self) -> None:
        shop = make_shop(LARGE)
        self.users = sorted(shop.users)
        rows = sorted((order.created_at, number) for number, order in shop.orders.items())
        self._moments = [moment for moment, _ in rows]
        self._rows = [(shop.orders[number].user_id, number, shop.orders[number].total) for _, number in rows]

    def report(self, start: datetime, end: datetime) -> dict[int, list[tuple[int, Decimal]]]:
        """Return the orders of every user between the two, both included, by id."""
        found: dict[int, list[tuple[int, Decimal]]] = {user: [] for user in self.users}
        for user, number, total in self._rows[
            bisect_left(self._moments, start) : bisect_right(self._moments, end)
        ]:
            found[user].append((number, total))
        return {user: sorted(orders) for user, orders in found.items()}


class Reports(FastHttpUser):
    """Somebody who reads reports and orders now and then, as a customer of their own.

    A reader's own orders must be in the answer at once; of the other readers' nothing is held.
    """

    abstract = True
    network_timeout = 10.0
    connection_timeout = 10.0
    address: Any
    number: int
    seed: int
    prepared: Ledger

    @classmethod
    def prepare(cls, side: Any) -> Ledger:
        """Work out what the large shop holds."""
        return Ledger()

    def on_start(self) -> None:
        """Connect to the database as its owner; ranges are drawn alike for every side."""
        self.random = random.Random(f"{self.seed}:{self.number}")
        self.database = psycopg.connect(self.address.owner_url, autocommit=True)
        self.customer = self.prepared.users[-1 - self.number]
        self.others = set(self.prepared.users[-READERS:]) - {self.customer}
        self.bought: list[tuple[datetime, int]] = []
        self.range: tuple[datetime, datetime] | None = None

    @task
    def read(self) -> None:
        """Ask for a new range, or order something and ask for the last one again; hold that the answer is right."""
        if self.range is not None and self.random.random() < BUYS:
            start, end = self.range
            self.buy(start + (end - start) / 2)
        else:
            start, end = self.range = self.new_range()
        path = path_of(in_utc(start), in_utc(end))
        with self.client.get(path, catch_response=True, name="/analytics/report") as answer:
            wrong = self.mistake(answer, start, end)
            if wrong:
                answer.failure(wrong)

    def new_range(self) -> tuple[datetime, datetime]:
        """Draw a range of a day to a month."""
        days = self.random.choice(LENGTHS)
        start = FIRST_DAY + timedelta(days=self.random.randrange(DAYS - days))
        return start, start + timedelta(days=days)

    def buy(self, moment: datetime) -> None:
        """Make an order of one item."""
        number = 1_000_000 * (1 + self.number) + len(self.bought)
        with self.database.transaction():
            self.database.execute("INSERT INTO orders VALUES (%s, %s, %s)", (number, self.customer, moment))
            values = (number, number, PRICE, QUANTITY)
            self.database.execute("INSERT INTO order_items VALUES (%s, %s, %s, %s)", values)
        self.bought.append((moment, number))

    def mistake(self, answer: Any, start: datetime, end: datetime) -> str:
        """Return what is wrong with an answer, nothing if it is right."""
        if answer.status_code != 200:
            return f"a report was answered by {answer.status_code}, expected 200"
        try:
            document = json.loads(answer.text)
        except ValueError:
            return "a report is not JSON"
        orders = self.prepared.report(start, end)
        own = [(number, PRICE * QUANTITY) for moment, number in self.bought if start <= moment <= end]
        orders[self.customer] += own
        expected: Report = [
            (user, rows, sum((total for _, total in rows), Decimal(0))) for user, rows in orders.items()
        ]
        return difference(document, expected, self.others)
