"""The feed of all users: right, but slow. Make it fast."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Comment, Post, Tag, User, post_tags


def user_feed(session: Session, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return users by id, each with posts, their tags and comments; the first `limit` of them."""
    if limit is not None and limit < 0:
        raise ValueError(f"limit is {limit}; expected 0 or more")
    users = session.execute(select(User.id, User.name).order_by(User.id).limit(limit)).all()
    return [{"id": user.id, "name": user.name, "posts": _posts(session, user.id)} for user in users]


def _posts(session: Session, user_id: int) -> list[dict[str, Any]]:
    wanted = select(Post.id, Post.title).where(Post.user_id == user_id).order_by(Post.id)
    return [
        {
            "id": post.id,
            "title": post.title,
            "tags": _tags(session, post.id),
            "comment_count": _comment_count(session, post.id),
            "latest_comment": _latest_comment(session, post.id),
        }
        for post in session.execute(wanted).all()
    ]


def _tags(session: Session, post_id: int) -> list[str]:
    wanted = select(Tag.name).join(post_tags).where(post_tags.c.post_id == post_id)
    return sorted(session.scalars(wanted))


def _comment_count(session: Session, post_id: int) -> int:
    return session.scalar(select(func.count(Comment.id)).where(Comment.post_id == post_id)) or 0


def _latest_comment(session: Session, post_id: int) -> dict[str, str] | None:
    newest = (
        select(User.name, Comment.text, Comment.created_at)
        .join(Comment.author)
        .where(Comment.post_id == post_id)
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(1)
    )
    row = session.execute(newest).first()
    if row is None:
        return None
    return {"author": row.name, "text": row.text, "created_at": row.created_at.isoformat()}
