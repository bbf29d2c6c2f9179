"""What the feed should be: read by the examiner itself, with SQL of its own, and how an answer is held against it."""

import json
from datetime import UTC, datetime

from grader.examiner import Unexpected, expect
from grader.examiner.expectation import is_same

_WANTED = "WITH wanted AS (SELECT * FROM users ORDER BY id LIMIT %s) "
_USERS = _WANTED + "SELECT id, name FROM wanted ORDER BY id"
_POSTS = (
    _WANTED + "SELECT p.user_id, p.id, p.title FROM posts p JOIN wanted w ON w.id = p.user_id ORDER BY p.id"
)
_TAGS = (
    _WANTED
    + """
SELECT t.post_id, array_agg(g.name::text)
FROM post_tags t JOIN tags g ON g.id = t.tag_id
WHERE t.post_id IN (SELECT p.id FROM posts p JOIN wanted w ON w.id = p.user_id)
GROUP BY t.post_id
"""
)
_COMMENTS = (
    _WANTED
    + """
SELECT DISTINCT ON (c.post_id)
    c.post_id, count(*) OVER (PARTITION BY c.post_id), a.name, c.text, c.created_at
FROM comments c JOIN users a ON a.id = c.author_id
WHERE c.post_id IN (SELECT p.id FROM posts p JOIN wanted w ON w.id = p.user_id)
ORDER BY c.post_id, c.created_at DESC, c.id DESC
"""
)


def read_feed(database, limit=None):
    """Return the right answer, with times as texts in UTC."""
    posts, given = {}, (limit,)
    tags = {post: sorted(names) for post, names in database.rows(_TAGS, given)}
    comments = {post: row for post, *row in database.rows(_COMMENTS, given)}
    for user, number, title in database.rows(_POSTS, given):
        count, author, text, created_at = comments.get(number, (0, None, None, None))
        latest = {"author": author, "text": text, "created_at": in_utc(created_at)} if count else None
        post = {"id": number, "title": title, "tags": tags.get(number, [])}
        posts.setdefault(user, []).append({**post, "comment_count": count, "latest_comment": latest})
    return [
        {"id": user, "name": name, "posts": posts.get(user, [])}
        for user, name in database.rows(_USERS, given)
    ]


def in_utc(moment):
    """Return a time as the text that all spellings of the instant have in common."""
    return moment.astimezone(UTC).isoformat()


def parse(text):
    """Return an answer as values, its times in UTC; a time that is none, or has no offset, stays as it is."""
    try:
        answer = json.loads(text)
    except (TypeError, ValueError):
        raise Unexpected("user_feed returned something that is not JSON") from None
    for post in _posts_in(answer):
        latest = post.get("latest_comment")
        if isinstance(latest, dict):
            latest["created_at"] = _instant(latest.get("created_at"))
    return answer


def _posts_in(answer):
    users = answer if isinstance(answer, list) else []
    lists = [user.get("posts") for user in users if isinstance(user, dict)]
    return [post for posts in lists if isinstance(posts, list) for post in posts if isinstance(post, dict)]


def _instant(text):
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    return in_utc(moment) if moment.tzinfo is not None else text


def hold(actual, wanted, meaning=""):
    """Hold an answer against the right one, and tell of the first place where they differ, and of nothing else."""
    found, right, where = first_difference(actual, wanted)
    expect(found, right, f"{meaning}: {where}" if meaning and where else where)


def first_difference(actual, wanted):
    """Return what is there, what should be, and where that is; twice the same and no place where nothing differs."""
    if is_same(actual, wanted):
        return True, True, ""
    return next(part for part in _parts(actual, wanted) if not is_same(part[0], part[1]))


def _parts(actual, wanted):
    """Return found and right values with where they are, from the whole to the smallest parts."""
    if not isinstance(actual, list) or not all(isinstance(user, dict) for user in actual):
        yield type(actual).__name__, "list of dicts", "the type of the answer"
        return
    yield (
        [user.get("id") for user in actual],
        [user["id"] for user in wanted],
        "the ids of the users, in order",
    )
    for found, right in zip(actual, wanted, strict=True):
        yield from _user_parts(found, right, f"user {right['id']}")


def _user_parts(user, right, where):
    yield sorted(user), sorted(right), f"the keys of {where}"
    yield user["name"], right["name"], f"the name of {where}"
    if not isinstance(user["posts"], list) or not all(isinstance(post, dict) for post in user["posts"]):
        yield type(user["posts"]).__name__, "list of dicts", f"the type of the posts of {where}"
        return
    ids = [post.get("id") for post in user["posts"]]
    yield ids, [post["id"] for post in right["posts"]], f"the ids of the posts of {where}, in order"
    for found, wanted in zip(user["posts"], right["posts"], strict=True):
        yield sorted(found), sorted(wanted), f"the keys of post {wanted['id']}"
        for key, value in wanted.items():
            yield found[key], value, f"{key} of post {wanted['id']}"
