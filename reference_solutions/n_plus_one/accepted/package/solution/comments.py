"""What is said of the comments of a post: how many there are, and the newest one."""

from dataclasses import dataclass
from datetime import datetime

from models import Comment, Post, User
from sqlalchemy import func, select
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Discussion:
    """The comments of one post, summed up."""

    count: int
    author: str
    text: str
    created_at: datetime

    def latest(self) -> dict[str, str]:
        """Return the newest comment as the feed has it."""
        return {"author": self.author, "text": self.text, "created_at": self.created_at.isoformat()}


def discussions(session: Session, limit: int | None) -> dict[int, Discussion]:
    """Return the discussions of the first users' posts, by post; the database ranks and counts."""
    first = select(User.id).order_by(User.id).limit(limit).subquery()
    newest_first = (Comment.created_at.desc(), Comment.id.desc())
    ranked = (
        select(
            Comment.post_id,
            Comment.author_id,
            Comment.text,
            Comment.created_at,
            func.row_number().over(partition_by=Comment.post_id, order_by=newest_first).label("place"),
            func.count().over(partition_by=Comment.post_id).label("total"),
        )
        .join(Post, Post.id == Comment.post_id)
        .join(first, first.c.id == Post.user_id)
        .subquery()
    )
    wanted = (
        select(ranked.c.post_id, ranked.c.total, User.name, ranked.c.text, ranked.c.created_at)
        .join(User, User.id == ranked.c.author_id)
        .where(ranked.c.place == 1)
    )
    return {post_id: Discussion(*values) for post_id, *values in session.execute(wanted)}
