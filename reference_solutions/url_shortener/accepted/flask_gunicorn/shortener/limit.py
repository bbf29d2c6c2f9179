"""The limit of posts, counted where all processes see it."""

from psycopg import Connection

WINDOW_S = 60

_COUNT = """
INSERT INTO posts AS p (client, began, taken) VALUES (%(client)s, clock_timestamp(), 1)
ON CONFLICT (client) DO UPDATE SET
    began = CASE WHEN p.began < clock_timestamp() - interval '60 s' THEN clock_timestamp() ELSE p.began END,
    taken = CASE WHEN p.began < clock_timestamp() - interval '60 s' THEN 1 ELSE p.taken + 1 END
RETURNING taken, ceil(extract(epoch FROM began + interval '60 s' - clock_timestamp()))::int
"""


def seconds_to_wait(connection: Connection, client: str, limit: int) -> int:
    """Count a post of a client; return 0 if it is within the limit, else when to try again."""
    row = connection.execute(_COUNT, {"client": client}).fetchone()
    if row is None or row[0] <= limit:
        return 0
    return max(1, min(WINDOW_S, row[1]))
