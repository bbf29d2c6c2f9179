"""The main cases of the statement."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models import Comment, Post, Tag, User
from solution import user_feed

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> Session:
    """Two users with posts, tags and comments, and one without."""
    ann, ben, cem = User(id=1, name="Ann"), User(id=2, name="Ben"), User(id=3, name="Cem")
    art, news, upper = Tag(id=1, name="art"), Tag(id=2, name="news"), Tag(id=3, name="Zoo")
    first = Post(id=10, user=ann, title="First", tags=[news, upper, art])
    second = Post(id=11, user=ann, title="Second", tags=[])
    third = Post(id=12, user=ben, title="Third", tags=[art])
    session.add_all([ann, ben, cem, first, second, third])
    session.add_all(
        [
            Comment(id=1, post=first, author=cem, text="newest", created_at=NOON + timedelta(hours=2)),
            Comment(id=2, post=first, author=ben, text="oldest", created_at=NOON),
            Comment(id=3, post=first, author=ann, text="between", created_at=NOON + timedelta(hours=1)),
            Comment(id=4, post=third, author=ann, text="same moment", created_at=NOON),
            Comment(id=5, post=third, author=cem, text="higher id", created_at=NOON),
        ]
    )
    session.commit()
    return session


def test_users_and_posts_come_by_id(world: Session) -> None:
    feed = user_feed(world)
    assert [(user["id"], user["name"], [post["id"] for post in user["posts"]]) for user in feed] == [
        (1, "Ann", [10, 11]),
        (2, "Ben", [12]),
        (3, "Cem", []),
    ]


def test_tags_are_sorted_by_code_point(world: Session) -> None:
    assert user_feed(world)[0]["posts"][0]["tags"] == ["Zoo", "art", "news"]


def test_comments_are_counted_and_the_newest_is_shown(world: Session) -> None:
    first, second = user_feed(world)[0]["posts"]
    assert (first["comment_count"], second["comment_count"]) == (3, 0)
    assert second["latest_comment"] is None
    latest = first["latest_comment"]
    assert (latest["author"], latest["text"]) == ("Cem", "newest")
    assert datetime.fromisoformat(latest["created_at"]) == NOON + timedelta(hours=2)


def test_of_one_moment_the_higher_id_is_the_newest(world: Session) -> None:
    assert user_feed(world)[1]["posts"][0]["latest_comment"]["text"] == "higher id"


@pytest.mark.parametrize(("limit", "ids"), [(0, []), (1, [1]), (2, [1, 2]), (9, [1, 2, 3]), (None, [1, 2, 3])])
def test_a_limit_takes_the_first_users(world: Session, limit: int | None, ids: list[int]) -> None:
    assert [user["id"] for user in user_feed(world, limit=limit)] == ids


def test_a_negative_limit_is_refused(world: Session) -> None:
    with pytest.raises(ValueError):
        user_feed(world, limit=-1)


def test_what_the_session_has_not_committed_is_seen(world: Session) -> None:
    world.add(User(id=4, name="Dora"))
    assert user_feed(world)[-1] == {"id": 4, "name": "Dora", "posts": []}
    world.rollback()
    assert len(user_feed(world)) == 3


def test_a_feed_takes_few_statements(world: Session, statements: list[str]) -> None:
    user_feed(world)
    assert len(statements) <= 5
