"""A post is put together from what the statements gave, whether or not they had anything to say of it."""

import pytest

from solution import posts_of_first, shown, user_feed

LATEST = {"author": "Ann", "text": "well", "created_at": "2024-05-01T12:00:00+00:00"}


def test_a_post_that_no_part_knows():
    assert shown(1, "t", {}, {}, {}) == {
        "id": 1,
        "title": "t",
        "tags": [],
        "comment_count": 0,
        "latest_comment": None,
    }


def test_a_post_that_every_part_knows():
    post = shown(1, "t", {1: ["a"]}, {1: 3}, {1: LATEST})
    assert (post["tags"], post["comment_count"], post["latest_comment"]) == (["a"], 3, LATEST)


def test_parts_of_other_posts_are_left_alone():
    assert shown(2, "t", {1: ["a"]}, {1: 3}, {1: LATEST})["tags"] == []


@pytest.mark.parametrize(("limit", "has_limit"), [(None, False), (0, True), (5, True)])
def test_only_a_limit_makes_a_subquery_of_users(limit, has_limit):
    assert ("LIMIT" in str(posts_of_first(limit))) == has_limit


def test_a_negative_limit_is_refused_before_anything_is_asked():
    with pytest.raises(ValueError):
        user_feed(None, limit=-1)
