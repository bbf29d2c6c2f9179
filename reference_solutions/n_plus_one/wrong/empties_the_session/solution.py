"""Starts from an empty session."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, subqueryload

from models import Comment, Post, User


def user_feed(session: Session, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return users by id, each with posts, their tags and comments; the first `limit` of them."""
    if limit is not None and limit < 0:
        raise ValueError(f"limit is {limit}; expected 0 or more")
    session.flush()
    session.expunge_all()
    wanted = (
        select(User)
        .order_by(User.id)
        .limit(limit)
        .options(subqueryload(User.posts).subqueryload(Post.tags))
    )
    users = session.scalars(wanted).all()
    posts = _post_ids(limit)
    counts = _comment_counts(session, posts)
    latest = _latest_comments(session, posts)
    return [{"id": user.id, "name": user.name, "posts": _posts(user.posts, counts, latest)} for user in users]


def _post_ids(limit: int | None) -> Select[tuple[int]]:
    """Return the ids of the posts of the first users, as a subquery: no list of ids is sent."""
    users = select(User.id).order_by(User.id).limit(limit)
    return select(Post.id).where(Post.user_id.in_(users))


def _comment_counts(session: Session, posts: Select[tuple[int]]) -> dict[int, int]:
    counted = (
        select(Comment.post_id, func.count(Comment.id).label("comments"))
        .where(Comment.post_id.in_(posts))
        .group_by(Comment.post_id)
    )
    return {row.post_id: row.comments for row in session.execute(counted)}


def _latest_comments(session: Session, posts: Select[tuple[int]]) -> dict[int, dict[str, str]]:
    newest = (
        select(Comment.post_id, User.name, Comment.text, Comment.created_at)
        .join(Comment.author)
        .where(Comment.post_id.in_(posts))
        .distinct(Comment.post_id)
        .order_by(Comment.post_id, Comment.created_at.desc(), Comment.id.desc())
    )
    return {
        row.post_id: {"author": row.name, "text": row.text, "created_at": row.created_at.isoformat()}
        for row in session.execute(newest)
    }


def _posts(
    posts: Iterable[Post], counts: dict[int, int], latest: dict[int, dict[str, str]]
) -> list[dict[str, Any]]:
    return [
        {
            "id": post.id,
            "title": post.title,
            "tags": sorted(tag.name for tag in post.tags),
            "comment_count": counts.get(post.id, 0),
            "latest_comment": latest.get(post.id),
        }
        for post in sorted(posts, key=lambda post: post.id)
    ]
