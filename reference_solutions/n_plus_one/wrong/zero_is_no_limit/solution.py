"""Takes a limit of 0 for none."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Comment, Post, Tag, User, post_tags

Latest = dict[str, str]


def user_feed(session: Session, *, limit: int | None = None) -> list[dict[str, Any]]:
    """Return users by id, each with posts, their tags and comments; the first `limit` of them."""
    limit = limit or None
    if limit is not None and limit < 0:
        raise ValueError("limit must not be negative")
    users = session.execute(select(User.id, User.name).order_by(User.id).limit(limit)).all()
    posts = posts_of_first(limit)
    parts = (tags_of(session, posts), counts_of(session, posts), latest_of(session, posts))
    found = session.execute(
        select(Post.user_id, Post.id, Post.title).where(Post.id.in_(posts)).order_by(Post.id)
    )
    by_user: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for user_id, post_id, title in found:
        by_user[user_id].append(shown(post_id, title, *parts))
    return [{"id": user.id, "name": user.name, "posts": by_user[user.id]} for user in users]


def posts_of_first(limit: int | None) -> Select[tuple[int]]:
    """Select the ids of the posts that are wanted; it is only ever used within another statement."""
    first = select(User.id).order_by(User.id).limit(limit)
    return select(Post.id) if limit is None else select(Post.id).where(Post.user_id.in_(first))


def tags_of(session: Session, posts: Select[tuple[int]]) -> dict[int, list[str]]:
    """Return the names of each post's tags, sorted here: a database's collation may have another order."""
    names: dict[int, list[str]] = defaultdict(list)
    wanted = select(post_tags.c.post_id, Tag.name).join(Tag, Tag.id == post_tags.c.tag_id)
    for post_id, name in session.execute(wanted.where(post_tags.c.post_id.in_(posts))):
        names[post_id].append(name)
    return {post_id: sorted(found) for post_id, found in names.items()}


def counts_of(session: Session, posts: Select[tuple[int]]) -> dict[int, int]:
    """Return how many comments each post has, where it has any."""
    wanted = select(Comment.post_id, func.count().label("comments")).group_by(Comment.post_id)
    return {row.post_id: row.comments for row in session.execute(wanted.where(Comment.post_id.in_(posts)))}


def latest_of(session: Session, posts: Select[tuple[int]]) -> dict[int, Latest]:
    """Return each post's newest comment; PostgreSQL's DISTINCT ON keeps the first row of a post."""
    wanted = (
        select(Comment.post_id, User.name, Comment.text, Comment.created_at)
        .join(User, User.id == Comment.author_id)
        .where(Comment.post_id.in_(posts))
        .distinct(Comment.post_id)
        .order_by(Comment.post_id, Comment.created_at.desc(), Comment.id.desc())
    )
    return {
        post_id: {"author": author, "text": text, "created_at": created_at.isoformat()}
        for post_id, author, text, created_at in session.execute(wanted)
    }


def shown(
    post_id: int, title: str, tags: dict[int, list[str]], counts: dict[int, int], latest: dict[int, Latest]
) -> dict[str, Any]:
    """Return a post as the feed has it."""
    return {
        "id": post_id,
        "title": title,
        "tags": tags.get(post_id, []),
        "comment_count": counts.get(post_id, 0),
        "latest_comment": latest.get(post_id),
    }
