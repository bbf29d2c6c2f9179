"""The submission under examination with its database: filling, asking, holding answers against the oracle."""

import json
from contextlib import contextmanager

from oracle import hold, parse, read_feed
from tables import clear, fill, generate

SHOWN = 300  # characters of each table, for somebody who repeats the calls


class Feed:
    """What tests hold: a clean database, and `user_feed` called with sessions on it."""

    def __init__(self, candidate, database):
        self.candidate = candidate
        self.database = database
        clear(database)
        self.remote = candidate.new()
        candidate.note("feed.user_feed(…) is user_feed(session, …) with a session on the database")

    def fill(self, rows):
        """Insert rows, which the transcript then shows."""
        fill(self.database, rows)
        self.candidate.note("\n".join(_shown(table, rows[table]) for table in rows))

    def generate(self, **sizes):
        """Fill the tables with many rows."""
        generate(self.database, **sizes)
        self.candidate.note(
            ", ".join(f"{count} {what}" for what, count in sizes.items() if what != "letters")
        )

    def ask(self, **given):
        """Return an answer, in a session of its own or in the one that is open."""
        return parse(self.remote.user_feed(**given))

    def check(self, meaning="", **given):
        """Ask, and hold the answer against the oracle's."""
        hold(self.ask(**given), read_feed(self.database, given.get("limit")), meaning)

    def session(self):
        """Open a session, which is used from now on; return it."""
        self.remote.open()
        return self.remote

    def foreseen(self, *changes):
        """Return the right answer after changes, which nobody ever sees."""
        self.database.execute("BEGIN")
        try:
            for sql in changes:
                self.database.execute(sql)
            return read_feed(self.database)
        finally:
            self.database.execute("ROLLBACK")

    def transaction(self):
        """Return the number and the start of the transaction that the submission has open, as the server knows it."""
        return self.database.rows(
            "SELECT pid, backend_xid::text, xact_start FROM pg_stat_activity"
            " WHERE usename = 'candidate' AND xact_start IS NOT NULL"
        )

    @contextmanager
    def tapped(self):
        """Ask through a tap, which counts rows and bytes, in a session that is open."""
        with self.database.tap() as tap:
            self.remote = self.candidate.new(port=tap.port)
            self.remote.open()
            yield tap


def _shown(table, rows):
    text = ", ".join(str(tuple(row.values())) for row in rows)
    return f"{table}: {text if len(text) <= SHOWN else text[:SHOWN] + '…'}" if rows else f"{table}: none"


def size_of(answer):
    """Return how many bytes an answer has as JSON."""
    return len(json.dumps(answer, ensure_ascii=False).encode())
