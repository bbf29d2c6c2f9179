"""Every statement counts, but for what drivers and pools do of themselves."""

from __future__ import annotations

import pytest

from grader.examiner.statements import is_housekeeping, logged_statement

HOUSEKEEPING = [
    "BEGIN",
    "begin transaction isolation level read committed;",
    "COMMIT;",
    "ROLLBACK TO SAVEPOINT a",
    "SAVEPOINT a",
    "RELEASE SAVEPOINT a",
    "SET client_encoding TO 'UTF8'",
    "RESET ALL",
    "SHOW standard_conforming_strings",
    "DEALLOCATE ALL",
    " SELECT 1 ;",
    "SELECT pg_advisory_unlock_all();",
    "select pg_catalog.version()",
    "select current_schema()",
    "SELECT pg_advisory_unlock_all(); CLOSE_ALL".replace(" CLOSE_ALL", " RESET ALL"),
    "SELECT typname AS name, oid, typarray FROM pg_type t WHERE t.oid = to_regtype($1) ORDER BY t.oid",
    "SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON true",
    "WITH RECURSIVE tree(oid) AS (SELECT t.oid FROM pg_catalog.pg_type t) SELECT oid FROM tree",
]
COUNTED = [
    "SELECT * FROM links",
    "SELECT 1 FROM links",
    "SELECT 1 + count(*) FROM links",
    "INSERT INTO links VALUES ($1)",
    "UPDATE links SET clicks = clicks + 1",
    "DELETE FROM links",
    "BEGIN; SELECT * FROM links; COMMIT",
    "SET x = 1; INSERT INTO links VALUES (1)",
    "SELECT pg_catalog.lower(url) FROM links",
    "SELECT l.* FROM pg_type t JOIN links l ON true",
    "WITH pg_links AS (SELECT * FROM links) SELECT * FROM pg_links",
    "SELECT * FROM public.pg_links",
    "/* BEGIN */ SELECT * FROM links",
    "SELECT clicks()",
    "CREATE TABLE links (code text)",
    "SELECT ';' FROM links",
]


@pytest.mark.parametrize("sql", HOUSEKEEPING)
def test_housekeeping_does_not_count(sql: str) -> None:
    assert is_housekeeping(sql)


@pytest.mark.parametrize("sql", COUNTED)
def test_everything_else_counts(sql: str) -> None:
    assert not is_housekeeping(sql)


@pytest.mark.parametrize(
    ("message", "sql"),
    [
        ("statement: SELECT\n 1", "SELECT\n 1"),
        ("execute <unnamed>: SELECT $1", "SELECT $1"),
        ("execute _pg3_0/C_1: SELECT $1", "SELECT $1"),
        ("connection received", None),
        ("duration: 1 ms", None),
    ],
)
def test_statements_are_told_from_other_lines(message: str, sql: str | None) -> None:
    assert logged_statement(message) == sql
