"""The feed in one statement: everything about a post is looked up by lateral joins."""

from itertools import groupby
from typing import Any

from sqlalchemy import Lateral, Row, Select, Subquery, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from models import Comment, Post, Tag, User, post_tags


def user_feed(session: Session, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return users by id, each with posts, their tags and comments; the first `limit` of them."""
    if limit is not None and limit < 0:
        raise ValueError("a limit is 0 or more")
    first = select(User.id, User.name).order_by(User.id).limit(limit).subquery("first")
    rows = session.execute(statement(first))
    return [user_of(list(group)) for _, group in groupby(rows, key=lambda row: row.user_id)]


def statement(first: Subquery) -> Select[Any]:
    """Select a row for each post of the first users, and one for each user without any."""
    tags, counted, latest = tags_of_post(), count_of_post(), latest_of_post()
    return (
        select(
            first.c.id.label("user_id"),
            first.c.name.label("user_name"),
            Post.id.label("post_id"),
            Post.title,
            tags.c.names,
            counted.c.comments,
            latest.c.author,
            latest.c.text,
            latest.c.created_at,
        )
        .select_from(first)
        .outerjoin(Post, Post.user_id == first.c.id)
        .outerjoin(tags, true())
        .outerjoin(counted, true())
        .outerjoin(latest, true())
        .order_by(first.c.id, Post.id)
    )


def tags_of_post() -> Lateral:
    """Select an array of the post's tags, sorted by code point: that is what the collation C does."""
    names = func.array_agg(aggregate_order_by(Tag.name, Tag.name.collate("C")))
    return (
        select(names.label("names"))
        .join(post_tags, post_tags.c.tag_id == Tag.id)
        .where(post_tags.c.post_id == Post.id)
        .correlate(Post)
        .lateral("tags")
    )


def count_of_post() -> Lateral:
    """Select the number of the post's comments."""
    return (
        select(func.count().label("comments"))
        .select_from(Comment)
        .where(Comment.post_id == Post.id)
        .correlate(Post)
        .lateral("counted")
    )


def latest_of_post() -> Lateral:
    """Select the post's newest comment, if it has any."""
    author = aliased(User)
    return (
        select(author.name.label("author"), Comment.text, Comment.created_at)
        .join(author, author.id == Comment.author_id)
        .where(Comment.post_id == Post.id)
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(1)
        .correlate(Post)
        .lateral("latest")
    )


def user_of(rows: list[Row[Any]]) -> dict[str, Any]:
    """Return a user of the feed: there is a row for each post, or one without any."""
    posts = [post_of(row) for row in rows if row.post_id is not None]
    return {"id": rows[0].user_id, "name": rows[0].user_name, "posts": posts}


def post_of(row: Row[Any]) -> dict[str, Any]:
    """Return a post of the feed."""
    latest = None
    if row.comments:
        latest = {"author": row.author, "text": row.text, "created_at": row.created_at.isoformat()}
    return {
        "id": row.post_id,
        "title": row.title,
        "tags": row.names or [],
        "comment_count": row.comments,
        "latest_comment": latest,
    }
