"""Links in PostgreSQL, every operation one statement."""

import secrets
import string
from datetime import timedelta

import asyncpg

from parsing import NewLink

ALPHABET = string.ascii_letters + string.digits
CODE_LENGTH = 8  # longer than any name of the service's own

_TABLE = """
CREATE TABLE IF NOT EXISTS links (
    code text PRIMARY KEY,
    url text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    clicks bigint NOT NULL DEFAULT 0,
    last_clicked_at timestamptz
) WITH (fillfactor = 70)
"""
_CREATE = """
INSERT INTO links (code, url, expires_at) VALUES ($1, $2, now() + $3::interval)
ON CONFLICT DO NOTHING RETURNING code, url, created_at, expires_at
"""
_CLICK = """
UPDATE links SET
    clicks = clicks + (expires_at IS NULL OR expires_at > now())::int,
    last_clicked_at = CASE WHEN expires_at <= now() THEN last_clicked_at ELSE now() END
WHERE code = $1 RETURNING url, coalesce(expires_at <= now(), false) AS expired
"""


class Repository:
    """The table of links."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use a pool of connections."""
        self._pool = pool

    async def prepare(self) -> None:
        """Make the table where there is none."""
        await self._pool.execute(_TABLE)

    async def create(self, new: NewLink) -> asyncpg.Record | None:
        """Store a link; return `None` if its alias is in use."""
        lasts = None if new.expires_in is None else timedelta(seconds=new.expires_in)
        while True:
            code = new.alias or _draw_code()
            row = await self._pool.fetchrow(_CREATE, code, new.url, lasts)
            if row is not None or new.alias:
                return row

    async def find(self, code: str) -> asyncpg.Record | None:
        """Return a link, expired or not."""
        return await self._pool.fetchrow("SELECT * FROM links WHERE code = $1", code)

    async def click(self, code: str) -> asyncpg.Record | None:
        """Count a click unless the link has expired; return its `url` and whether it has `expired`."""
        return await self._pool.fetchrow(_CLICK, code)

    async def delete(self, code: str) -> bool:
        """Remove a link; return whether it was there."""
        return await self._pool.execute("DELETE FROM links WHERE code = $1", code) == "DELETE 1"


def _draw_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
