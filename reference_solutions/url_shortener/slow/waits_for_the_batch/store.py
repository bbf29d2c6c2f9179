"""Links in one SQLite file, whose clicks are written in batches."""

import secrets
import sqlite3
import time
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread

BATCH_S = 0.1
TABLE = """
CREATE TABLE IF NOT EXISTS links (
    code TEXT PRIMARY KEY, url TEXT NOT NULL, created REAL NOT NULL, expires REAL,
    clicks INTEGER NOT NULL DEFAULT 0, last_clicked REAL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Link:
    """A row of the table."""

    code: str
    url: str
    created_at: datetime
    expires_at: datetime | None
    clicks: int
    last_clicked_at: datetime | None


class Store:
    """The table; one connection, used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file or make it."""
        self._lock = Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(TABLE)
        self._clicks: SimpleQueue[tuple[str, datetime, Future[str | None]]] = SimpleQueue()
        Thread(target=self._write_batches, daemon=True).start()

    def create(self, url: str, alias: str | None, expires_in: int | None, now: datetime) -> Link | None:
        """Store a link; return `None` if its alias is in use."""
        expires = None if expires_in is None else now + timedelta(seconds=expires_in)
        while True:
            code = alias or secrets.token_urlsafe(6)
            row = (code, url, now.timestamp(), expires and expires.timestamp())
            added = self._run(
                "INSERT INTO links (code, url, created, expires) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING RETURNING 1",
                row,
            )
            if added:
                return Link(code, url, now, expires, 0, None)
            if alias:
                return None

    def find(self, code: str) -> Link | None:
        """Return a link, expired or not."""
        rows = self._run("SELECT * FROM links WHERE code = ?", (code,))
        if not rows:
            return None
        found, url, created, expires, clicks, last_clicked = rows[0]
        return Link(found, url, _moment(created), _moment(expires), clicks, _moment(last_clicked))

    def click(self, code: str, now: datetime) -> str | None:
        """Count a click with the next batch; return where it leads to, or `None` for an unknown or expired link."""
        counted: Future[str | None] = Future()
        self._clicks.put((code, now, counted))
        return counted.result()

    def _count(self, code: str, now: datetime) -> str | None:
        rows = self._connection.execute(
            "UPDATE links SET clicks = clicks + 1, last_clicked = ?1"
            " WHERE code = ?2 AND (expires IS NULL OR expires > ?1) RETURNING url",
            (now.timestamp(), code),
        ).fetchall()
        return rows[0][0] if rows else None

    def _write_batches(self) -> None:
        """Write the clicks of every tenth of a second in one transaction, and let their requests go on."""
        while True:
            time.sleep(BATCH_S)
            batch = [self._clicks.get_nowait() for _ in range(self._clicks.qsize())]
            with self._lock:
                self._connection.execute("BEGIN")
                urls = [self._count(code, now) for code, now, _ in batch]
                self._connection.execute("COMMIT")
            for (_, _, counted), url in zip(batch, urls, strict=True):
                counted.set_result(url)

    def delete(self, code: str) -> bool:
        """Remove a link; return whether it was there."""
        return bool(self._run("DELETE FROM links WHERE code = ? RETURNING 1", (code,)))

    def _run(self, statement: str, values: tuple[object, ...]) -> list[tuple]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
