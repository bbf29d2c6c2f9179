"""The tables of the statement, and what the examiner does with them in its own role."""

import json
import time

TABLES = ("users", "posts", "tags", "post_tags", "comments")

_NO_HELPERS = "WITH (autovacuum_enabled = false)"  # a plan may change only where a test says ANALYZE
_SCHEMA = f"""
CREATE TABLE users (id integer PRIMARY KEY, name varchar NOT NULL) {_NO_HELPERS};
CREATE TABLE posts (
    id integer PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    title varchar NOT NULL
) {_NO_HELPERS};
CREATE TABLE tags (id integer PRIMARY KEY, name varchar NOT NULL UNIQUE) {_NO_HELPERS};
CREATE TABLE post_tags (
    post_id integer NOT NULL REFERENCES posts,
    tag_id integer NOT NULL REFERENCES tags,
    PRIMARY KEY (post_id, tag_id)
) {_NO_HELPERS};
CREATE TABLE comments (
    id integer PRIMARY KEY,
    post_id integer NOT NULL REFERENCES posts,
    author_id integer NOT NULL REFERENCES users,
    text varchar NOT NULL,
    created_at timestamptz NOT NULL
) {_NO_HELPERS};
CREATE INDEX ix_posts_user_id ON posts (user_id);
CREATE INDEX ix_post_tags_tag_id ON post_tags (tag_id);
CREATE INDEX ix_comments_post_id ON comments (post_id);
CREATE INDEX ix_comments_author_id ON comments (author_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON {", ".join(TABLES)} TO candidate;
"""
_LEFT_BEHIND = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'candidate'"
_PATIENCE_S = 5.0
_LOOK_AGAIN_S = 0.002


def clear(database):
    """End what sessions are left, and leave the tables there and empty."""
    _end_sessions(database)
    database.execute("ALTER ROLE candidate RESET ALL")
    database.execute(f"SET lock_timeout TO {round(1000 * _PATIENCE_S)}")
    if database.rows("SELECT to_regclass('comments')") == [(None,)]:
        for statement in _SCHEMA.split(";")[:-1]:
            database.execute(statement)
    database.execute(f"TRUNCATE {', '.join(TABLES)}")


def _end_sessions(database):
    """End the candidate's sessions, whose locks would hold up what comes."""
    until = time.monotonic() + _PATIENCE_S
    while database.rows(_LEFT_BEHIND) != [(0,)] and time.monotonic() < until:
        time.sleep(_LOOK_AGAIN_S)


def fill(database, rows):
    """Insert rows, given as a list of dictionaries for each table, in that order."""
    for table in TABLES:
        if rows.get(table):
            insert = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)"
            database.execute(insert, (json.dumps(rows[table]),))


def generate(database, *, users, posts, comments, letters=20):
    """Fill the tables with many rows: so many users and posts, and comments for each post.

    Every fourth user has no post, another one twice as many; a post has up to three of 40 tags; a comment's text has
    so many letters.
    """
    database.execute("SET session_replication_role = replica")  # no foreign key is looked up: half the time
    for statement in _GENERATE:
        database.execute(statement.format(users=users, posts=posts, comments=comments, letters=letters))
    database.execute("RESET session_replication_role")


_GENERATE = (
    "INSERT INTO users SELECT n, 'user ' || n FROM generate_series(1, {users}) n",
    "INSERT INTO tags SELECT n, 'tag ' || lpad(n::text, 2, '0') FROM generate_series(1, 40) n",
    """
    INSERT INTO posts
    SELECT n, 1 + owner - (owner % 4 = 3)::integer, 'post ' || n
    FROM (SELECT n, (n * 7919) % {users} AS owner FROM generate_series(1, {posts}) n) drawn
    """,
    """
    INSERT INTO post_tags
    SELECT n, 1 + (n + 13 * k) % 40
    FROM generate_series(1, {posts}) n, generate_series(0, 2) k
    WHERE k < n % 4
    """,
    """
    INSERT INTO comments
    SELECT
        n * {comments} + k,
        n,
        1 + (n * 31 + k * 17) % {users},
        rpad('comment ' || k || ' on ' || n || ' ', {letters}, 'so it goes '),
        timestamptz '2024-03-01 12:00:00+00' + make_interval(secs => (n * 7 + k * 7919) % 100003)
    FROM generate_series(1, {posts}) n, generate_series(0, {comments} - 1) k
    """,
    "ANALYZE users, posts, tags, post_tags, comments",
)
