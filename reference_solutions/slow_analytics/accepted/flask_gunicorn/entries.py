"""The entries of a report, from rows of user, order and total that are sorted by both ids."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

Row = tuple[int, int | None, Decimal]


def entries(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return one entry for each user; a row without an order is a user without any."""
    return [_entry(user, [*group]) for user, group in groupby(rows, itemgetter(0))]


def _entry(user: int, rows: list[Row]) -> dict[str, Any]:
    """Return what the report says of one user."""
    paid = [(number, total) for _, number, total in rows if number is not None]
    return {
        "user_id": user,
        "orders": [{"order_id": number, "total": float(total)} for number, total in paid],
        "total_spent": float(sum((total for _, total in paid), Decimal(0))),
    }
