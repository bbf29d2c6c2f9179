"""Loads every comment, to count them and to find the newest."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, subqueryload

from models import Comment, Post, User

EVERYTHING = (
    subqueryload(User.posts).subqueryload(Post.tags),
    subqueryload(User.posts).subqueryload(Post.comments).joinedload(Comment.author),
)


def user_feed(session: Session, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return users by id, each with posts, their tags and comments; the first `limit` of them."""
    if limit is not None and limit < 0:
        raise ValueError("limit must not be negative")
    if limit == 0:
        return []
    wanted = select(User).order_by(User.id).limit(limit).options(*EVERYTHING)
    users = session.scalars(wanted.execution_options(populate_existing=True)).unique().all()
    return [
        {
            "id": user.id,
            "name": user.name,
            "posts": [_post(post) for post in sorted(user.posts, key=lambda post: post.id)],
        }
        for user in users
    ]


def _post(post: Post) -> dict[str, Any]:
    latest = max(post.comments, key=lambda comment: (comment.created_at, comment.id), default=None)
    return {
        "id": post.id,
        "title": post.title,
        "tags": sorted(tag.name for tag in post.tags),
        "comment_count": len(post.comments),
        "latest_comment": _comment(latest) if latest else None,
    }


def _comment(comment: Comment) -> dict[str, str]:
    return {
        "author": comment.author.name,
        "text": comment.text,
        "created_at": comment.created_at.isoformat(),
    }
