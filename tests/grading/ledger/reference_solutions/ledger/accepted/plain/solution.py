"""A ledger in the database."""

import psycopg


def book(connection: psycopg.Connection, amount: int) -> None:
    """Add an entry."""
    if amount == 0:
        raise ValueError("nothing to book")
    connection.execute("INSERT INTO entries VALUES (%s)", (amount,))
