"""Links in one SQLite file."""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

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
    """The table; one connection, one call at a time, each committed before it returns."""

    def __init__(self, path: Path) -> None:
        """Open the file or make it."""
        self._lock = Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(TABLE)

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
        """Count a click; return where it leads to, or `None` for an unknown or expired link."""
        rows = self._run(
            "UPDATE links SET clicks = clicks + 1, last_clicked = ?1"
            " WHERE code = ?2 AND (expires IS NULL OR expires > ?1) RETURNING url",
            (now.timestamp(), code),
        )
        return rows[0][0] if rows else None

    def delete(self, code: str) -> bool:
        """Remove a link; return whether it was there."""
        return bool(self._run("DELETE FROM links WHERE code = ? RETURNING 1", (code,)))

    def _run(self, statement: str, values: tuple[object, ...]) -> list[tuple]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
