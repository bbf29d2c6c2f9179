"""Load: feeds of a database that changes before every call, each answer held against what it must be."""

from __future__ import annotations

from typing import Any, ClassVar

from locust import task
from oracle import first_difference, parse, read_feed
from tables import clear, generate

from grader.examiner.database import Database
from grader.examiner.load import RpcUser


class Reader(RpcUser):
    """Asks for feeds; before each call it renames a user and rewrites a newest comment, as the examiner."""

    abstract = True
    sizes: ClassVar[dict[str, int]]
    limit: int | None = None
    prepared: Database
    feed: Any
    wanted: list[dict[str, Any]]

    @classmethod
    def prepare(cls, _side: object) -> Database:
        """Fill the side's database."""
        database = Database(cls.address.examiner_url)
        clear(database)
        generate(database, **cls.sizes)
        return database

    def on_start(self) -> None:
        """Connect, and learn what the feed is before anything changes."""
        super().on_start()
        self.feed = self.subject.new()
        self.wanted = read_feed(self.prepared, self.limit)
        self.newest = dict(self.prepared.rows(NEWEST, (self.limit,)))

    @task
    def read(self) -> None:
        """Change something, ask, and check the whole answer."""
        self.change()
        with self.request("user_feed"):
            answer = parse(self.feed.user_feed(limit=self.limit))
            found, right, where = first_difference(answer, self.wanted)
            assert found == right, f"{where} is wrong"

    def change(self) -> None:
        """Rename a user, and rewrite the newest comment of one of the posts."""
        word = f"{self.random.getrandbits(40):x}"
        user = self.random.choice([user for user in self.wanted if user["posts"]])
        post = self.random.choice(user["posts"])
        self.prepared.execute("UPDATE users SET name = %s WHERE id = %s", (f"user {word}", user["id"]))
        self.prepared.execute("UPDATE comments SET text = %s WHERE id = %s", (word, self.newest[post["id"]]))
        old, user["name"] = user["name"], f"user {word}"
        post["latest_comment"]["text"] = word
        self.rename_author(old, user)

    def rename_author(self, old: str, user: dict[str, Any]) -> None:
        """Write a user's new name wherever it is an author's; names are all different."""
        for other in self.wanted:
            for post in other["posts"]:
                if post["latest_comment"]["author"] == old:
                    post["latest_comment"]["author"] = user["name"]


NEWEST = """
SELECT DISTINCT ON (c.post_id) c.post_id, c.id
FROM comments c JOIN posts p ON p.id = c.post_id
WHERE p.user_id IN (SELECT id FROM users ORDER BY id LIMIT %s)
ORDER BY c.post_id, c.created_at DESC, c.id DESC
"""


class WholeFeeds(Reader):
    """Feeds of all users of a small database."""

    abstract = True
    sizes: ClassVar = {"users": 16, "posts": 48, "comments": 30}


class FirstUsers(Reader):
    """Feeds of the first users of a large database."""

    abstract = True
    sizes: ClassVar = {"users": 3_000, "posts": 6_000, "comments": 12}
    limit = 10
