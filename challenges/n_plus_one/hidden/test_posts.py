"""What is said of a post: its tags, how many comments it has, the newest of them, and texts of any kind."""

import pytest
from rows import Rows

WORDS = {
    "case": ["b", "a", "C", "B", "A", "c"],
    "accents": ["zebra", "éclair", "eclair", "Zoo", "ähre", "e\u0301"],
    "scripts": ["ы", "я", "ё", "Ж", "z", "ß", "中", "あ"],
    "beyond 16 bits": ["\U0001f600", "\uff5e", "\ufffd", "\U00010000", "x"],
    "signs and numbers": ["10", "9", "#1", "_x", "-x", " x", "x y", "x-y", "xa", "~"],
}
TEXTS = [
    'it\'s "quoted", `so` and \\ so',
    "a,b;c|d\te\nf\r\n",
    "{}[](), null NULL, true, 1, {a,b}, (1,2)",
    "100 % %s %(name)s :name $1 ? {0} '); DROP TABLE users; --",
    "Привет, 世界, שלום, e\u0301 é, \U0001f469\u200d\U0001f680, \u202eright to left\u202c",
    "\x01\x1f\x7f\u2028\ufeff\ufffe",
    " leading and trailing \u00a0",
    "",
]


def one_post(*, tags=("t",)):
    """Return rows with two users, and the first one's post, which is looked at; the other one has a post too."""
    rows = Rows()
    ann, ben = rows.user("Ann"), rows.user("Ben")
    post = rows.post(ann, tags=tags)
    rows.comment(rows.post(ben, tags=["t"]), ann, number=1000)
    return rows, ann, ben, post


@pytest.mark.check("tag_order")
@pytest.mark.parametrize("kind", WORDS)
def test_tags_are_sorted_by_code_point(feed, kind):
    rows, _, ben, _ = one_post(tags=WORDS[kind])
    rows.post(ben, tags=WORDS[kind][::-2])
    feed.fill(rows.tables)
    feed.check(f"tags: {kind}")


@pytest.mark.check("tag_order")
def test_tags_are_shared_by_posts(feed):
    rows = Rows()
    users = [rows.user("Ann"), rows.user("Ben")]
    for number in range(8):
        rows.post(users[number % 2], tags=["d", *(tag for bit, tag in enumerate("cab") if number >> bit & 1)])
    feed.fill(rows.tables)
    feed.check("tags that posts share")


@pytest.mark.check("comment_count")
@pytest.mark.parametrize("tags", ["a", "ab", "abc"])
def test_comments_are_counted_once_whatever_the_tags(feed, tags):
    rows, ann, ben, post = one_post(tags=tags)
    for number in range(5):
        rows.comment(post, (ann, ben)[number % 2], f"2024-05-01T10:00:0{number}+00:00")
    rows.comment(rows.post(ben, tags=tags[:2]), ann)
    feed.fill(rows.tables)
    feed.check(f"posts with {len(tags)} tags")


@pytest.mark.check("comment_count")
def test_equal_comments_are_all_counted(feed):
    rows, ann, ben, post = one_post(tags=["a", "b"])
    for author in (ben, ben, ann, ben):
        rows.comment(post, author, text="me too")
    feed.fill(rows.tables)
    feed.check("four comments that look alike")


@pytest.mark.check("latest_comment")
def test_the_newest_comment_is_so_by_its_time_not_by_its_id(feed):
    rows, ann, ben, post = one_post()
    rows.comment(post, ben, "2024-05-03T10:00:00+00:00", "the newest")
    rows.comment(post, ann, "2024-05-01T10:00:00+00:00", "the oldest")
    rows.comment(post, ann, "2024-05-02T10:00:00+00:00", "zzz, between them")
    feed.fill(rows.tables)
    feed.check()


@pytest.mark.check("latest_comment")
def test_a_microsecond_makes_a_comment_newer(feed):
    rows, ann, ben, post = one_post()
    rows.comment(post, ann, "2024-05-01T10:00:00.000002+00:00", "a microsecond later")
    rows.comment(post, ben, "2024-05-01T10:00:00.000001+00:00", "a microsecond earlier")
    feed.fill(rows.tables)
    feed.check()


@pytest.mark.check("latest_comment")
def test_the_author_is_whoever_wrote_the_newest_comment(feed):
    rows = Rows()
    ann, ben, cem = rows.user("Ann"), rows.user("Ben"), rows.user("Cem")
    for owner in (ann, ben):
        post = rows.post(owner, tags=["a"])
        rows.comment(post, owner, "2024-05-01T10:00:00+00:00", "mine")
        rows.comment(post, cem, "2024-05-01T12:00:00+00:00", "a guest's")
        rows.comment(post, owner, "2024-05-01T11:00:00+00:00", "mine again")
    rows.comment(rows.post(cem, tags=["a"]), ann)
    feed.fill(rows.tables)
    feed.check()
    feed.check("a guest who is beyond the limit, limit=1", limit=1)


@pytest.mark.check("latest_tie")
@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)], ids=str)
def test_of_comments_of_one_moment_the_highest_id_counts(feed, order):
    rows, ann, ben, post = one_post(tags=["a"])
    for number in order:
        rows.comment(post, (ann, ben)[number % 2], text=f"number {number}", number=number * 5)
    rows.comment(post, ann, "2024-04-30T10:00:00+00:00", "earlier", number=99)
    feed.fill(rows.tables)
    feed.check()


@pytest.mark.check("latest_tie")
def test_one_moment_may_be_written_with_different_offsets(feed):
    rows, ann, ben, post = one_post()
    rows.comment(post, ann, "2024-05-01T12:00:00+02:00", "first")
    rows.comment(post, ben, "2024-05-01T05:00:00-05:00", "second")
    feed.fill(rows.tables)
    feed.check()


@pytest.mark.check("comment_time")
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/St_Johns"])
def test_times_are_instants_whatever_the_zone_of_the_session(feed, zone):
    rows, ann, ben, post = one_post()
    rows.comment(post, ben, "2024-05-01T23:30:15.123456+00:00")
    rows.comment(rows.post(ben, tags=["t"]), ann, "2024-11-03T05:30:00+00:00")
    rows.comment(rows.post(ben, tags=["t"]), ann, "1999-12-31T23:59:59+00:00")
    feed.fill(rows.tables)
    feed.database.execute(f"ALTER ROLE candidate SET timezone TO '{zone}'")
    feed.check(f"a session whose time zone is {zone}")


@pytest.mark.check("any_text")
@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_names_and_texts_come_back_as_they_are(feed, text):
    rows = Rows()
    ann, odd = rows.user("Ann"), rows.user(text)
    for user in (ann, odd):
        post = rows.post(user, text, tags=[text])
        rows.comment(post, odd, text=text)
    feed.fill(rows.tables)
    feed.check("names and texts of any characters")


@pytest.mark.check("any_text")
def test_long_texts_come_back_whole(feed):
    rows = Rows()
    ann = rows.user("Ann" * 1000)
    post = rows.post(ann, "title " * 1000, tags=["t" * 500])
    rows.comment(post, ann, text="слово " * 2000)
    feed.fill(rows.tables)
    feed.check("long texts")
