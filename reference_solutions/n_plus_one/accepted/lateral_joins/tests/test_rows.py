"""What is made of the statement's rows, and what the statement itself says."""

from collections import namedtuple
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from models import User
from solution import post_of, statement, user_feed, user_of

COLUMNS = "user_id user_name post_id title names comments author text created_at"
Row = namedtuple("Row", COLUMNS)
NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
EMPTY = Row(1, "Ann", 7, "a post", None, 0, None, None, None)


def test_a_user_without_posts_has_an_empty_list():
    assert user_of([EMPTY._replace(post_id=None)]) == {"id": 1, "name": "Ann", "posts": []}


def test_a_user_has_a_post_for_each_row():
    shown = user_of([EMPTY, EMPTY._replace(post_id=9)])
    assert [post["id"] for post in shown["posts"]] == [7, 9]


def test_a_post_without_anything():
    shown = post_of(EMPTY)
    assert (shown["tags"], shown["comment_count"], shown["latest_comment"]) == ([], 0, None)


def test_a_post_with_tags_and_comments():
    shown = post_of(EMPTY._replace(names=["a", "b"], comments=2, author="Ben", text="", created_at=NOON))
    assert shown["tags"] == ["a", "b"]
    assert shown["latest_comment"] == {"author": "Ben", "text": "", "created_at": "2024-05-01T12:00:00+00:00"}


@pytest.mark.parametrize("words", ["LEFT OUTER JOIN LATERAL", 'COLLATE "C"', "DESC"])
def test_the_statement_looks_everything_up_beside_the_post(words):
    first = select(User.id, User.name).subquery("first")
    assert words in str(statement(first).compile(dialect=postgresql.dialect()))


def test_a_negative_limit_is_refused_before_anything_is_asked():
    with pytest.raises(ValueError):
        user_feed(None, limit=-1)
