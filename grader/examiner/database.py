"""A subject's PostgreSQL as the examiner sees it: through a role of its own, and through the server's log."""

from __future__ import annotations

import json
import secrets
import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

from grader.examiner.errors import ExaminerBroken
from grader.examiner.statements import is_housekeeping, logged_statement
from grader.examiner.tap import Tap

_LOG = "statements/log.json"
_CHUNK = 8 * 2**20
_FLUSH_S = 5.0
_LOOK_AGAIN_S = 0.01
_OWNER = "owner"
_PATIENCE = "-c statement_timeout=10s"  # with triggers of a candidate's that wait


def read_entry(line: bytes) -> dict[str, Any]:
    """Return a line of the log; names of users and databases in it may be any bytes that somebody sent."""
    try:
        entry = json.loads(line.decode("utf-8", "replace"))
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


class Database:
    """One subject's database server."""

    def __init__(self, examiner_url: str, owner_url: str = "") -> None:
        self._url = examiner_url
        self._owner_url = owner_url
        self._own: set[int] = set()
        self._offset = 0
        self._rest = b""
        self._lines: deque[bytes] = deque()
        self._connections: dict[str, psycopg.Connection[Any]] = {}

    def execute(self, sql: str, params: Sequence[object] | None = None) -> None:
        """Run a statement as the examiner."""
        self._connection("app").execute(sql.encode(), params)

    def rows(self, sql: str, params: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Run a query as the examiner and return its rows."""
        return self._connection("app").execute(sql.encode(), params).fetchall()

    @property
    def owner(self) -> psycopg.Connection[Any]:
        """A connection of the subject's own role, whose tables and triggers are the candidate's code: never ours.

        What it sends is no statement of the subject's.
        """
        connection = self._kept(_OWNER, self._owner_url, options=_PATIENCE)
        self._own.add(connection.info.backend_pid)
        return connection

    @contextmanager
    def tap(self) -> Iterator[Tap]:
        """Open another way in, through which the rows and bytes that come back are counted."""
        tap = Tap(int(urlsplit(self._url).port or 0))
        try:
            yield tap
        finally:
            tap.close()

    def statements(self, beside: Collection[int] = ()) -> list[str]:
        """Return the subject's statements since the last call, in order, without its driver's housekeeping.

        Those that came from the ports `beside` (a tap's) are left out.
        """
        marker = f"marker {secrets.token_hex(8)}"
        self._connection("postgres").execute(f"SELECT '{marker}'".encode())
        found: list[str] = []
        until = time.monotonic() + _FLUSH_S
        while time.monotonic() < until:
            self._read()
            while self._lines:
                entry = read_entry(self._lines.popleft())
                message = str(entry.get("message"))
                if marker in message:
                    return found
                is_own = entry.get("user") == "candidate" and entry.get("pid") not in self._own
                sql = logged_statement(message) if is_own else None
                if sql is None or is_housekeeping(sql) or entry.get("remote_port") in beside:
                    continue
                found.append(sql)
            time.sleep(_LOOK_AGAIN_S)
        raise ExaminerBroken(f"the database's log did not show a statement of ours within {_FLUSH_S:g} s")

    def log_lines(self, most_bytes: int) -> Iterator[bytes]:
        """Yield the whole lines of the server's log from its beginning. Raises `psycopg.Error`."""
        offset, rest = 0, b""
        while offset < most_bytes and (data := self._log_from(offset)):
            offset += len(data)
            *lines, rest = (rest + data).split(b"\n")
            yield from lines

    def empty(self) -> None:
        """Drop everything that the subject stored."""
        self._close("app")
        self._close(_OWNER)
        server = self._connection("postgres")
        server.execute(b"DROP DATABASE IF EXISTS app WITH (FORCE)")
        server.execute(b"CREATE DATABASE app OWNER candidate STRATEGY file_copy")

    def close(self) -> None:
        """Close all connections."""
        for name in tuple(self._connections):
            self._close(name)

    def _connection(self, name: str) -> psycopg.Connection[Any]:
        return self._kept(name, f"{self._url.rpartition('/')[0]}/{name}")

    def _kept(self, name: str, url: str, **more: Any) -> psycopg.Connection[Any]:  # noqa: ANN401 - psycopg's
        """Return the open connection of a name, made where there is none."""
        connection = self._connections.get(name)
        if connection is None or connection.closed:
            connection = psycopg.connect(
                url, autocommit=True, prepare_threshold=None, connect_timeout=10, **more
            )
            self._connections[name] = connection
        return connection

    def _close(self, name: str) -> None:
        connection = self._connections.pop(name, None)
        if connection is not None:
            connection.close()

    def _read(self) -> None:
        """Read what the log has gained."""
        data = self._log_from(self._offset)
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        self._lines.extend(lines)

    def _log_from(self, offset: int) -> bytes:
        query = b"SELECT pg_read_binary_file(%s, %s, %s)"
        row = self._connection("postgres").execute(query, (_LOG, offset, _CHUNK)).fetchone()
        return bytes(row[0]) if row else b""
