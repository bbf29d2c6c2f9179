"""Rows for the tables, written as people think of them."""

from collections import defaultdict


class Rows:
    """Users, posts, tags and comments; ids count up from 1, unless a number is given."""

    def __init__(self):
        self.tables = defaultdict(list, users=[], posts=[], tags=[], post_tags=[], comments=[])

    def user(self, name, *, number=None):
        """Add a user; return the id."""
        return self._add("users", number, name=name)

    def post(self, user, title="a post", *, tags=(), number=None):
        """Add a post with tags by their names; return its id."""
        post = self._add("posts", number, user_id=user, title=title)
        for name in tags:
            self.tables["post_tags"].append({"post_id": post, "tag_id": self.tag(name)})
        return post

    def tag(self, name):
        """Return the id of a tag, a new one if there was none."""
        known = [row["id"] for row in self.tables["tags"] if row["name"] == name]
        return known[0] if known else self._add("tags", None, name=name)

    def comment(self, post, author, created_at="2024-05-01T10:00:00+00:00", text="well", *, number=None):
        """Add a comment; return its id."""
        values = {"post_id": post, "author_id": author, "text": text, "created_at": created_at}
        return self._add("comments", number, **values)

    def _add(self, table, number, **values):
        rows = self.tables[table]
        chosen = number if number is not None else max((row["id"] for row in rows), default=0) + 1
        rows.append({"id": chosen, **values})
        return chosen
