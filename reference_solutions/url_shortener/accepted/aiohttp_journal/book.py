"""All links in memory, and the journal from which they are read again after a restart."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


class Taken(Exception):
    """An alias is in use."""


@dataclass(slots=True)
class Link:
    """A link and its clicks."""

    code: str
    url: str
    created_at: datetime
    expires_at: datetime | None
    clicks: int = 0
    last_clicked_at: datetime | None = None

    def is_expired(self) -> bool:
        """Tell whether the link has had its time."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)

    def shown(self, *names: str) -> dict[str, Any]:
        """Return fields as JSON has them."""
        values = {name: getattr(self, name) for name in names}
        return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}


class Book:
    """Links by code. One event loop uses it, so that no call comes between another's steps."""

    def __init__(self, path: Path) -> None:
        """Read the journal where there is one, and go on writing at its end."""
        self._links: dict[str, Link] = {}
        self._journal = path.open("ab+", buffering=0)
        self._read_again()

    def add(self, url: str, alias: str | None, expires_in: int | None) -> Link:
        """Store a link under its alias or a code of chance. Raises `Taken`."""
        code = alias or self._draw_code()
        if code in self._links:
            raise Taken(code)
        now = datetime.now(UTC)
        expires_at = None if expires_in is None else now + timedelta(seconds=expires_in)
        self._write("add", code, url, now.isoformat(), expires_at and expires_at.isoformat())
        self._links[code] = Link(code, url, now, expires_at)
        return self._links[code]

    def find(self, code: str) -> Link | None:
        """Return a link, expired or not."""
        return self._links.get(code)

    def click(self, link: Link) -> None:
        """Count a click."""
        link.last_clicked_at = datetime.now(UTC)
        link.clicks += 1
        self._write("click", link.code, link.last_clicked_at.isoformat())

    def remove(self, code: str) -> bool:
        """Forget a link; return whether it was there."""
        if code not in self._links:
            return False
        self._write("remove", code)
        del self._links[code]
        return True

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def _read_again(self) -> None:
        """Do what the journal says; a last line that was cut off was never answered, and goes."""
        self._journal.seek(0)
        whole, _, cut_off = self._journal.read().rpartition(b"\n")
        for line in whole.splitlines():
            self._replay(*json.loads(line))
        if cut_off:
            self._journal.truncate(len(whole) + 1 if whole else 0)

    def _draw_code(self) -> str:
        while (code := secrets.token_urlsafe(6)) in self._links:
            pass
        return code

    def _write(self, *entry: Any) -> None:
        self._journal.write(json.dumps(entry).encode() + b"\n")

    def _replay(self, event: str, code: str, *rest: Any) -> None:
        if event == "add":
            url, created_at, expires_at = rest
            expires = expires_at and datetime.fromisoformat(expires_at)
            self._links[code] = Link(code, url, datetime.fromisoformat(created_at), expires)
        elif event == "click":
            self._links[code].clicks += 1
            self._links[code].last_clicked_at = datetime.fromisoformat(rest[0])
        else:
            del self._links[code]
