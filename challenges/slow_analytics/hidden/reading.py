"""How tests ask a submission for a report and hold it against what the shop says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from analytics import difference, in_utc, path_of
from seed import books_of
from shop import Books, Report

from grader.examiner import Unexpected, expect

EVERYTHING = ("2020-01-01", "2030-01-01")
FAR = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


class Reader:
    """A submission over the small shop, and what the shop holds: every user has orders, every order items.

    What a test is not about it takes back, so that one fault of a submission fails one check.
    """

    def __init__(self, http: Any, database: Any) -> None:
        http.seeded("default")
        self.http = http
        self.books: Books = books_of(database)

    @contextmanager
    def customer(self) -> Iterator[int]:
        """Give a new user, who is removed with all orders in the end."""
        user = self.books.add_user()
        try:
            yield user
        finally:
            self.books.remove_user(user)

    def holds(self, start: datetime, end: datetime, what: str) -> None:
        """Hold that the report of a range is right as a whole."""
        answer = self.http.get(path_of(in_utc(start), in_utc(end)))
        expect_report(answer, self.books.shop.report(start, end), what)

    def holds_everything(self, what: str) -> None:
        """Hold that the report of all orders is right as a whole."""
        expect_report(self.http.get(path_of(*EVERYTHING)), self.books.shop.report(*FAR), what)

    def holds_of(self, user: int, start: datetime, end: datetime, what: str) -> None:
        """Hold that the report of a range says what is right of one user."""
        answer = self.http.get(path_of(in_utc(start), in_utc(end)))
        wanted = [entry for entry in self.books.shop.report(start, end) if entry[0] == user]
        expect(answer.status, 200, f"the status of {what}")
        _require_same(entries_of(answer.json(), {user}), wanted, what)

    def orders_of(self, user: int, start: str, end: str) -> list[Any]:
        """Return the ids of the orders that the answer lists for a user, none where it does not list the user."""
        answer = self.http.get(path_of(start, end))
        expect(answer.status, 200, f"the status of a report from {start} to {end}")
        try:
            return [
                order["order_id"] for entry in entries_of(answer.json(), {user}) for order in entry["orders"]
            ]
        except (TypeError, KeyError):
            wanted = f"an entry of user {user}, with the orders' ids"
            raise Unexpected("the report cannot be read", wanted, answer.text[:200]) from None


def entries_of(document: Any, users: set[int]) -> Any:
    """Return what a report says of some users; what is no report stays as it is."""
    if not isinstance(document, list):
        return document
    return [entry for entry in document if not isinstance(entry, dict) or entry.get("user_id") in users]


def expect_report(answer: Any, expected: Report, what: str) -> None:
    """Hold that an answer is 200 and the right report."""
    expect(answer.status, 200, f"the status of {what}")
    _require_same(answer.json(), expected, what)


def expect_orders(answer: Any, expected: Report, what: str) -> None:
    """Hold that an answer is 200 and right about the users who ordered something."""
    expect(answer.status, 200, f"the status of {what}")
    buyers = [entry for entry in expected if entry[1]]
    _require_same(entries_of(answer.json(), {user for user, _, _ in buyers}), buyers, what)


def _require_same(document: Any, expected: Report, what: str) -> None:
    wrong = difference(document, expected)
    if wrong:
        found, _, wanted = wrong.partition(", expected ")
        raise Unexpected(f"{what}: {found}", wanted, found)
