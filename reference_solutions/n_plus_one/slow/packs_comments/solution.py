"""The feed in one statement of plain SQL, comments and all."""

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
    FROM wanted w JOIN post_tags pt ON pt.post_id = w.id JOIN tags t ON t.id = pt.tag_id
    GROUP BY pt.post_id
), discussed AS (
    SELECT c.post_id, json_agg(json_build_object(
        'author', a.name, 'text', c.text, 'created_at', c.created_at
    ) ORDER BY c.created_at, c.id) AS comments
    FROM wanted w JOIN comments c ON c.post_id = w.id JOIN users a ON a.id = c.author_id
    GROUP BY c.post_id
), shown AS (
    SELECT w.user_id, json_agg(json_build_object(
        'id', w.id,
        'title', w.title,
        'tags', coalesce(tagged.names, '[]'),
        'comments', coalesce(discussed.comments, '[]')
    ) ORDER BY w.id) AS posts
    FROM wanted w
    LEFT JOIN tagged ON tagged.post_id = w.id
    LEFT JOIN discussed ON discussed.post_id = w.id
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
    return [{"id": row.id, "name": row.name, "posts": [_post(post) for post in row.posts]} for row in rows]


def _post(post: dict[str, Any]) -> dict[str, Any]:
    comments = post.pop("comments")
    return {**post, "comment_count": len(comments), "latest_comment": comments[-1] if comments else None}
