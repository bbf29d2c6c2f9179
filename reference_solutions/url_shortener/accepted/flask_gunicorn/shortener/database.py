"""Tables and connections."""

import os

import psycopg
from psycopg_pool import ConnectionPool

TABLES = """
CREATE TABLE IF NOT EXISTS links (
    code text PRIMARY KEY,
    url text NOT NULL,
    clicks integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_clicked_at timestamptz,
    expires_at timestamptz
);
CREATE TABLE IF NOT EXISTS posts (
    client text PRIMARY KEY,
    began timestamptz NOT NULL,
    taken integer NOT NULL
);
"""


def prepare() -> None:
    """Make the tables where there are none."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute(TABLES)


def make_pool() -> ConnectionPool:
    """Return the connections of one process."""
    return ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=4, kwargs={"autocommit": True}, open=True)
