"""The feed in two statements: comments are ranked and counted by window functions, tags come as arrays."""

from typing import Any

from sqlalchemy import ScalarSelect, Subquery, func, select
from sqlalchemy.dialects.postgresql import array_agg
from sqlalchemy.orm import Session

from models import Comment, Post, Tag, User, post_tags


def user_feed(session: Session, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return users by id, each with posts, their tags and comments; the first `limit` of them."""
    if limit is not None and limit < 0:
        raise ValueError(f"limit must be 0 or more, not {limit}")
    first = select(User.id, User.name).order_by(User.id).limit(limit).subquery("first")
    feed = {
        row.id: {"id": row.id, "name": row.name, "posts": []}
        for row in session.execute(select(first).order_by(first.c.id))
    }
    for row in session.execute(_posts(first)):
        feed[row.user_id]["posts"].append(_post(row))
    return list(feed.values())


def _tags() -> ScalarSelect[Any]:
    """Select the names of the tags of the post in the statement around it, in no order."""
    return (
        select(array_agg(Tag.name))
        .join(post_tags, post_tags.c.tag_id == Tag.id)
        .where(post_tags.c.post_id == Post.id)
        .correlate(Post)
        .scalar_subquery()
    )


def _ranked(first: Subquery) -> Subquery:
    """Select the comments on the posts of the first users, numbered from the newest, and how many there are."""
    newest_first = (Comment.created_at.desc(), Comment.id.desc())
    return (
        select(
            Comment.post_id,
            Comment.author_id,
            Comment.text,
            Comment.created_at,
            func.row_number().over(partition_by=Comment.post_id, order_by=newest_first).label("place"),
            func.count().over(partition_by=Comment.post_id).label("count"),
        )
        .join(Post, Post.id == Comment.post_id)
        .join(first, first.c.id == Post.user_id)
        .subquery("ranked")
    )


def _posts(first: Subquery) -> Any:
    ranked = _ranked(first)
    return (
        select(
            Post.user_id,
            Post.id,
            Post.title,
            _tags().label("tags"),
            ranked.c.count.label("comments"),
            User.name.label("author"),
            ranked.c.text,
            ranked.c.created_at,
        )
        .join(first, first.c.id == Post.user_id)
        .outerjoin(ranked, (ranked.c.post_id == Post.id) & (ranked.c.place == 1))
        .outerjoin(User, User.id == ranked.c.author_id)
        .order_by(Post.id)
    )


def _post(row: Any) -> dict[str, Any]:
    latest = None
    if row.comments is not None:
        latest = {"author": row.author, "text": row.text, "created_at": row.created_at.isoformat()}
    return {
        "id": row.id,
        "title": row.title,
        "tags": sorted(row.tags or []),
        "comment_count": row.comments or 0,
        "latest_comment": latest,
    }
