"""Statements, rows and bytes by the server's account, and processor time against the reference."""

from collections import Counter

import pytest
from feeds import size_of
from oracle import hold, read_feed

from grader.examiner import Unexpected, expect

MOST_STATEMENTS = 5
COMMENTS = 60
LETTERS = 300


def hold_statements(feed, meaning, **given):
    """Hold that a right answer takes no more statements than are allowed."""
    session = feed.session()
    feed.database.statements()
    answer = feed.ask(**given)
    statements = feed.database.statements()
    if len(statements) > MOST_STATEMENTS:
        [(sql, times)] = Counter(statements).most_common(1)
        message = f"too many SQL statements for {meaning}; {times} of them: {' '.join(sql.split())[:200]}"
        raise Unexpected(message, f"at most {MOST_STATEMENTS}", str(len(statements)))
    hold(answer, read_feed(feed.database, given.get("limit")), meaning)
    session.rollback()


@pytest.mark.check("few_statements")
@pytest.mark.parametrize("limit", [None, 10, 3])
def test_a_few_users_take_few_statements(feed, limit):
    feed.generate(users=10, posts=30, comments=3)
    hold_statements(feed, f"10 users, limit={limit}", limit=limit)


@pytest.mark.check("statements_at_any_size")
@pytest.mark.parametrize("users", [1_200, 10_000])
def test_many_users_take_no_more_statements(feed, users):
    feed.generate(users=users, posts=6_000, comments=1)
    hold_statements(feed, f"the first 10 of {users:,} users", limit=10)
    hold_statements(feed, f"{users:,} users")


@pytest.mark.check("statements_at_any_size")
def test_one_user_with_many_posts_takes_no_more_statements(feed):
    feed.generate(users=4, posts=3_000, comments=1)
    hold_statements(feed, "4 users with 3,000 posts")


def measured(feed, **given):
    """Return the right answer, and how many rows and bytes came back for it."""
    with feed.tapped() as tap:
        feed.database.statements()
        before = tap.rows, tap.bytes
        answer = feed.ask(**given)
        rows, size = tap.rows - before[0], tap.bytes - before[1]
        expect(
            feed.database.statements(beside=tap.ports), [], "statements beside the session's own connection"
        )
    hold(answer, read_feed(feed.database, given.get("limit")))
    return answer, rows, size


def hold_account(answer, rows, size):
    """Hold that about as much came back as the answer holds: every row some times, every byte some times."""
    posts = [post for user in answer for post in user["posts"]]
    needed = len(answer) + len(posts) * 3 + sum(len(post["tags"]) for post in posts)
    if rows > 2 * needed + 20:
        raise Unexpected("more rows came back than the answer needs", f"about {needed}", str(rows))
    wanted = size_of(answer)
    if size > 5 * wanted + 4096:
        raise Unexpected("more bytes came back than the answer needs", f"about {wanted}", str(size))


@pytest.mark.check("rows_with_limit")
def test_a_limit_holds_for_what_the_database_sends(feed):
    feed.generate(users=10_000, posts=8_000, comments=1)
    hold_account(*measured(feed, limit=10))


@pytest.mark.check("comments_stay")
@pytest.mark.parametrize("limit", [None, 5])
def test_comments_are_not_sent_to_be_counted(feed, limit):
    feed.generate(users=20, posts=40, comments=COMMENTS, letters=LETTERS)
    hold_account(*measured(feed, limit=limit))


@pytest.mark.check("feed_cost")
def test_a_feed_costs_no_more_than_a_plain_solution_needs(load):
    load.compare("feed_ratio", "WholeFeeds")


@pytest.mark.check("limited_feed_cost")
def test_the_first_users_cost_no_more_than_a_plain_solution_needs(load):
    load.compare("limited_feed_ratio", "FirstUsers")
