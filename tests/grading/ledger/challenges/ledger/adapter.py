"""Serves `book` with a connection of its own."""

import os

import psycopg


def adapt(book):
    """Return a function of JSON's values."""

    def book_amount(amount):
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            return book(connection, amount)

    return book_amount
