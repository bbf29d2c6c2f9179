"""Many users, odd names and an empty database; the public tests have the main cases."""

import pytest
from sqlalchemy.orm import Session

from models import Post, Tag, User
from solution import user_feed


@pytest.fixture
def crowd(session: Session) -> Session:
    """Many users, every other one with a post."""
    users = [User(id=number, name=f"user {number}") for number in range(1, 1201)]
    session.add_all(users)
    session.add_all(Post(id=user.id, user=user, title="t") for user in users[::2])
    session.commit()
    return session


def test_many_users_take_as_few_statements_as_a_few(crowd: Session, statements: list[str]) -> None:
    assert len(user_feed(crowd)) == 1200
    assert len(statements) <= 5


@pytest.mark.parametrize("limit", [0, 1, 2, 700])
def test_a_limit_counts_users_with_and_without_posts(crowd: Session, limit: int) -> None:
    assert [user["id"] for user in user_feed(crowd, limit=limit)] == list(range(1, limit + 1))


def test_an_empty_database_has_an_empty_feed(session: Session) -> None:
    assert user_feed(session) == []


@pytest.mark.parametrize("name", ["a,b", "{}", "NULL", "\u00e9\u4e2d", "100 %"])
def test_names_are_kept_as_they_are(session: Session, name: str) -> None:
    session.add(Post(id=1, user=User(id=1, name=name), title=name, tags=[Tag(id=1, name=name)]))
    [user] = user_feed(session)
    assert (user["name"], user["posts"][0]["title"], user["posts"][0]["tags"]) == (name, name, [name])
    session.rollback()
    assert user_feed(session) == []
