"""The feed in one statement of plain SQL over aggregates of all comments."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

FEED = text("""
WITH first AS (
    SELECT id, name FROM users ORDER BY id LIMIT :limit
), wanted AS (
    SELECT p.id, p.user_id, p.title FROM posts p JOIN first f ON f.id = p.user_id
), tagged AS (
    SELECT pt.post_id, json_agg(t.name ORDER BY t.name COLLATE "C") AS names
    FROM post_tags pt JOIN tags t ON t.id = pt.tag_id
    GROUP BY pt.post_id
), counted AS (
    SELECT c.post_id, count(*) AS comments FROM comments c GROUP BY c.post_id
), newest AS (
    SELECT DISTINCT ON (c.post_id) c.post_id, a.name AS author, c.text, c.created_at
    FROM comments c JOIN users a ON a.id = c.author_id
    ORDER BY c.post_id, c.created_at DESC, c.id DESC
), shown AS (
    SELECT w.user_id, json_agg(json_build_object(
        'id', w.id,
        'title', w.title,
        'tags', coalesce(tagged.names, '[]'),
        'comment_count', coalesce(counted.comments, 0),
        'latest_comment', CASE WHEN newest.post_id IS NOT NULL THEN json_build_object(
            'author', newest.author, 'text', newest.text, 'created_at', newest.created_at
        ) END
    ) ORDER BY w.id) AS posts
    FROM wanted w
    LEFT JOIN tagged ON tagged.post_id = w.id
    LEFT JOIN counted ON counted.post_id = w.id
    LEFT JOIN newest ON newest.post_id = w.id
    GROUP BY w.user_id
)
SELECT f.id, f.name, coalesce(shown.posts, '[]') AS posts
FROM first f LEFT JOIN shown ON shown.user_id = f.id
ORDER BY f.id
""")


def user_feed(session: Session, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return users by id, each with posts, their tags and comments; the first `limit` of them."""
    if limit is not None and limit < 0:
        raise ValueError(f"limit is {limit}; expected None, 0 or more")
    if session.autoflush:
        session.flush()  # before SQLAlchemy 2.1 plain SQL does not do so
    rows = session.execute(FEED, {"limit": limit})
    return [{"id": row.id, "name": row.name, "posts": row.posts} for row in rows]
