"""The data that a submission starts with: a small shop, and the large one of which performance is judged."""

from __future__ import annotations

from typing import Any

from shop import LARGE, SMALL, Books, Shop, fill, make_shop

SHOPS: dict[int, Books] = {}
"""What each database holds, by the identity of the examiner's `Database`."""


def default(database: Any) -> None:
    """Store the small shop."""
    _store(database, make_shop(SMALL))


def large(database: Any) -> None:
    """Store the large shop."""
    _store(database, make_shop(LARGE))


def books_of(database: Any) -> Books:
    """Return what a database holds, to be changed and reported on."""
    return SHOPS[id(database)]


def _store(database: Any, shop: Shop) -> None:
    fill(database.owner, shop)
    SHOPS[id(database)] = Books(database.owner, shop)
