"""The two queries of a report, and how their rows are put together."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import asyncpg

USERS = "SELECT id FROM users ORDER BY id"
ORDERS = """
SELECT o.user_id, o.id, coalesce(p.cents, 0)
FROM orders o
LEFT JOIN LATERAL (
    SELECT sum(i.price * i.quantity * 100)::bigint AS cents FROM order_items i WHERE i.order_id = o.id
) p ON true
WHERE o.created_at BETWEEN $1 AND $2
ORDER BY o.id
"""

Row = Sequence[int]


async def fetch(connection: asyncpg.Connection, start: datetime, end: datetime) -> tuple[list[Row], list[Row]]:
    """Return the users, and the orders between two moments as user, id and cents."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        return await connection.fetch(USERS), await connection.fetch(ORDERS, start, end)


def build(users: Iterable[Row], orders: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the report; cents are whole numbers until the very end."""
    lists: dict[int, list[dict[str, Any]]] = {user: [] for (user,) in users}
    cents = dict.fromkeys(lists, 0)
    for user, number, paid in orders:
        lists[user].append({"order_id": number, "total": paid / 100})
        cents[user] += paid
    return [
        {"user_id": user, "orders": entries, "total_spent": cents[user] / 100} for user, entries in lists.items()
    ]
