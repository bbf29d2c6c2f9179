"""How hidden tests and the load ask for reports, and what they hold of an answer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from shop import Report

PATH = "/analytics/report"
HALF_A_CENT = Decimal("0.0051")  # and a little for how a float of a large total is written


def path_of(start: str, end: str) -> str:
    """Return the path of a report's request."""
    return f"{PATH}?start_date={quote(start, safe='')}&end_date={quote(end, safe='')}"


def in_utc(moment: datetime) -> str:
    """Return a moment as a request may name it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def difference(answer: Any, expected: Report, unheld: Collection[int] = ()) -> str:
    """Return the first difference between an answer's JSON and the right report in words, none if there is none.

    Of the users in `unheld` only the id is looked at.
    """
    if not isinstance(answer, list):
        return f"the report is {_type_of(answer)}, expected a list"
    for entry, (user, orders, total) in zip(answer, expected, strict=False):
        if not isinstance(entry, dict) or not {"user_id", "orders", "total_spent"} <= entry.keys():
            return f"an entry is {entry!r:.200}, expected an object with user_id, orders and total_spent"
        if type(entry["user_id"]) is not int or entry["user_id"] != user:
            return f"an entry is of user_id {entry['user_id']!r:.40}, expected {user}"
        if user in unheld:
            continue
        wrong = _difference_of_orders(entry["orders"], orders)
        if not wrong and not is_near(entry["total_spent"], total):
            wrong = f"total_spent is {entry['total_spent']!r:.40}, expected {total}"
        if wrong:
            return f"user {user}: {wrong}"
    if len(answer) != len(expected):
        return f"the report lists {len(answer)} users, expected {len(expected)}"
    return ""


def _difference_of_orders(answer: Any, expected: list[tuple[int, Decimal]]) -> str:
    if not isinstance(answer, list):
        return f"orders is {_type_of(answer)}, expected a list"
    for entry, (number, total) in zip(answer, expected, strict=False):
        if not isinstance(entry, dict) or not {"order_id", "total"} <= entry.keys():
            return f"an order is {entry!r:.200}, expected an object with order_id and total"
        if type(entry["order_id"]) is not int or entry["order_id"] != number:
            return f"an order has the order_id {entry['order_id']!r:.40}, expected {number}"
        if not is_near(entry["total"], total):
            return f"the total of order {number} is {entry['total']!r:.40}, expected {total}"
    if len(answer) != len(expected):
        return f"{len(answer)} orders are listed, expected {len(expected)}"
    return ""


def is_near(value: Any, wanted: Decimal) -> bool:
    """Tell whether a value of an answer is a JSON number within half a cent of an exact one."""
    if type(value) is int:
        return abs(value - wanted) <= HALF_A_CENT
    return type(value) is float and abs(Decimal(value) - wanted) <= HALF_A_CENT


def _type_of(value: Any) -> str:
    names = {dict: "an object", str: "a text", type(None): "null", list: "a list"}
    return names.get(type(value), f"{value!r:.40}")
