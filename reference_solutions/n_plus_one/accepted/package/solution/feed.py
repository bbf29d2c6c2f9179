"""The feed in two statements: users with posts and tags in one join, and the discussions."""

from typing import Any

from models import Post, User
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, load_only

from solution.comments import Discussion, discussions


def user_feed(session: Session, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return users by id, each with posts, their tags and comments; the first `limit` of them."""
    if limit is not None and limit < 0:
        raise ValueError(f"limit must be 0 or more; it is {limit}")
    wanted = (
        select(User)
        .order_by(User.id)
        .limit(limit)
        .options(joinedload(User.posts).options(load_only(Post.title), joinedload(Post.tags)))
        .execution_options(populate_existing=True)
    )
    users = session.scalars(wanted).unique().all()
    found = discussions(session, limit)
    return [{"id": user.id, "name": user.name, "posts": posts_of(user, found)} for user in users]


def posts_of(user: User, found: dict[int, Discussion]) -> list[dict[str, Any]]:
    """Return a user's posts by id."""
    return [post_of(post, found.get(post.id)) for post in sorted(user.posts, key=lambda post: post.id)]


def post_of(post: Post, discussion: Discussion | None) -> dict[str, Any]:
    """Return a post as the feed has it."""
    return {
        "id": post.id,
        "title": post.title,
        "tags": sorted(tag.name for tag in post.tags),
        "comment_count": discussion.count if discussion else 0,
        "latest_comment": discussion.latest() if discussion else None,
    }
