"""The feed itself: users and posts in order, what is missing, limits, and databases of many shapes."""

import random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rows import Rows

SEEDS = st.integers(0, 2**32)


def small_world():
    """Return users, posts, tags and comments that are stored in no order."""
    rows = Rows()
    ann, ben, cem = rows.user("Ann", number=30), rows.user("Ben", number=4), rows.user("Cem", number=12)
    posts = (
        (ann, "second", 9),
        (ben, "fourth", 21),
        (ann, "first", 3),
        (ben, "third", 20),
        (cem, "fifth", 7),
    )
    for user, title, number in posts:
        post = rows.post(user, title, tags=[("news", "art")[number % 2]], number=number)
        for day in range(1 + number % 4):
            rows.comment(post, cem, f"2024-05-0{day + 1}T10:00:00+00:00", f"comment of day {day}")
    return rows.tables


@pytest.mark.check("feed_order")
def test_users_and_posts_come_by_id_with_everything_in_its_place(feed):
    feed.fill(small_world())
    feed.check()


@pytest.mark.check("feed_order")
def test_the_order_is_that_of_numbers_and_follows_no_name(feed):
    rows, numbers = Rows(), iter((100, 99, 1000, 7, 10, 9, 2000, 1, 20, 3, 200, 30, 4, 12, 111))
    for number, name in ((10, "a"), (9, "z"), (100, "b"), (2, "Y"), (1000, "")):
        user = rows.user(name, number=number)
        for title in "cab":
            rows.comment(rows.post(user, title, tags=["art"], number=next(numbers)), user)
    feed.fill(rows.tables)
    feed.check()


@pytest.mark.check("feed_order")
def test_rows_that_were_changed_later_keep_their_place(feed):
    rows = Rows()
    users = [rows.user(f"user {number}") for number in range(30)]
    for number in range(60):
        rows.comment(rows.post(users[number % 30], f"post {number}", tags=["art"]), users[0])
    feed.fill(rows.tables)
    feed.database.execute("UPDATE users SET name = name || '!' WHERE id % 3 = 1")
    feed.database.execute("UPDATE posts SET title = title || '?' WHERE id % 4 = 1")
    feed.check("after names and titles were changed")


@pytest.mark.check("missing_parts")
def test_nobody_is_nobody(feed):
    feed.fill(Rows().tables)
    feed.check("an empty database")
    feed.check("an empty database", limit=3)


@pytest.mark.check("missing_parts")
def test_users_without_posts_are_listed(feed):
    rows = Rows()
    ann = rows.user("Ann")
    ben = rows.user("Ben")
    rows.user("Cem")
    rows.comment(rows.post(ben, tags=["art"]), ann)
    feed.fill(rows.tables)
    feed.check("users without posts")


@pytest.mark.check("missing_parts")
@pytest.mark.parametrize("missing", ["posts", "tags", "comments", "tags and comments"])
def test_posts_without_tags_or_comments_are_listed(feed, missing):
    rows = Rows()
    ann, ben = rows.user("Ann"), rows.user("Ben")
    for user in (ann, ben) if "posts" not in missing else ():
        has_tags, has_comments = "tags" not in missing, "comments" not in missing
        for number in range(2):
            post = rows.post(user, tags=["art"] if has_tags or number else [])
            if has_comments or number:
                rows.comment(post, ann)
    feed.fill(rows.tables)
    feed.check(f"a database in which {missing} are missing")


@pytest.mark.check("limit")
@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4, 1_000_000, None])
def test_a_limit_counts_users_by_id(feed, limit):
    feed.fill(small_world())
    feed.check(f"limit={limit}", limit=limit)


@pytest.mark.check("limit")
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_a_limit_counts_users_whatever_they_have(feed, limit):
    rows = Rows()
    for number in range(6):
        user = rows.user(f"user {number}")
        for _ in range((0, 3, 0, 1, 2, 0)[number]):
            post = rows.post(user, tags=["a"])
            for _ in range(4):
                rows.comment(post, user)
    feed.fill(rows.tables)
    feed.check(f"limit={limit}", limit=limit)


@pytest.mark.check("shapes")
def test_one_user_has_nearly_everything(feed):
    rows = Rows()
    users = [rows.user(f"user {number}") for number in range(30)]
    for number in range(400):
        post = rows.post(users[17], f"post {number}", tags=["all", "x"][: number % 3])
        rows.comment(post, users[number % 30], f"2024-01-01T00:{number % 60:02}:00+00:00")
    for number in range(1500):
        moment = f"2024-02-01T{number * 7 % 24:02}:{number * 11 % 60:02}:00+00:00"
        rows.comment(77, users[number % 30], moment, f"about 77: {number}")
    feed.fill(rows.tables)
    feed.check("one user with 400 posts, one post with 1,500 comments")
    feed.check("one user with 400 posts, limit=17", limit=17)


@pytest.mark.check("shapes")
def test_equal_names_titles_and_texts_stay_apart(feed):
    rows = Rows()
    for _ in range(3):
        user = rows.user("Ann")
        for _ in range(2):
            post = rows.post(user, "the same", tags=["art", "news"])
            for _ in range(3):
                rows.comment(post, user, text="the same")
    feed.fill(rows.tables)
    feed.check("users, posts and comments that look alike")


@pytest.mark.check("shapes")
def test_random_databases(feed):
    @given(seed=SEEDS)
    @settings(max_examples=8, phases=[Phase.generate])
    def run(seed):
        again = type(feed)(feed.candidate, feed.database)
        again.fill(drawn(random.Random(seed)))
        limit = random.Random(seed + 1).choice([None, None, 2, 5])
        again.check("a random database", limit=limit)

    run()


def drawn(chance):
    """Return random rows: gaps between ids, few moments, few tags, many parts without anything in them."""
    rows = Rows()
    numbers = {what: chance.sample(range(1, 400), count) for what, count in (("users", 8), ("posts", 14))}
    users = [
        rows.user(chance.choice(["Ann", "ben", "Čeněk", ""]), number=number) for number in numbers["users"]
    ]
    for number in numbers["posts"]:
        tags = chance.sample(["a", "B", "b", "é", "z", "Z"], chance.choice([0, 0, 1, 3]))
        post = rows.post(chance.choice(users[:6]), chance.choice("xyz"), tags=tags, number=number)
        for _ in range(chance.choice([0, 0, 1, 2, 5])):
            moment = f"2024-05-01T10:00:0{chance.randrange(3)}+00:00"
            rows.comment(post, chance.choice(users), moment, f"text {chance.randrange(1000)}")
    chance.shuffle(rows.tables["comments"])
    return rows.tables
