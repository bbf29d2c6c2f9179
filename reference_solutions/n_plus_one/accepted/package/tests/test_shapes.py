"""What the feed makes of objects, without a database."""

from datetime import datetime, timedelta, timezone

import pytest
from models import Post, Tag, User
from solution.comments import Discussion
from solution.feed import post_of, posts_of

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))


def post(number: int, *tags: str) -> Post:
    return Post(id=number, title=f"post {number}", tags=[Tag(name=name) for name in tags])


@pytest.mark.parametrize(
    ("names", "wanted"), [((), []), (("b", "a"), ["a", "b"]), (("a", "B", "é"), ["B", "a", "é"])]
)
def test_tags_are_sorted_by_code_point(names: tuple[str, ...], wanted: list[str]) -> None:
    assert post_of(post(1, *names), None)["tags"] == wanted


def test_a_post_that_nobody_discussed_has_no_comment() -> None:
    shown = post_of(post(1), None)
    assert (shown["comment_count"], shown["latest_comment"]) == (0, None)


def test_a_discussion_is_shown_by_its_newest_comment() -> None:
    shown = post_of(post(1), Discussion(3, "Ann", "well", NOON))
    assert shown["comment_count"] == 3
    assert shown["latest_comment"] == {"author": "Ann", "text": "well", "created_at": "2024-05-01T12:00:00+02:00"}


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2)])
def test_posts_come_by_id(order: tuple[int, ...]) -> None:
    user = User(id=1, name="Ann", posts=[post(number) for number in order])
    assert [shown["id"] for shown in posts_of(user, {})] == [1, 2, 3]


def test_a_user_without_posts_has_none() -> None:
    assert posts_of(User(id=1, name="Ann"), {}) == []
