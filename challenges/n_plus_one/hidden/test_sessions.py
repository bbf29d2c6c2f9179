"""The session: what it has done counts, nothing of it is ended or changed, and it stays usable."""

import pytest
from oracle import hold, read_feed
from rows import Rows

from grader.examiner import expect

NEW_ROWS = (
    "INSERT INTO users VALUES (3, 'Cem')",
    "INSERT INTO posts VALUES (70, 3, 'a post of Cem'), (71, 1, 'another post of Ann')",
    "INSERT INTO post_tags VALUES (71, 1), (70, 2)",
    "INSERT INTO comments VALUES (50, 70, 1, 'first', '2024-06-01T10:00:00+00:00')",
)
CHANGES = (
    "UPDATE users SET name = 'Anna' WHERE id = 1",
    "UPDATE posts SET user_id = 2 WHERE id = 1",
    "DELETE FROM post_tags WHERE post_id = 2",
    "DELETE FROM comments WHERE id = 3",
)
PENDING = {
    "users": {"id": 7, "name": "Dora"},
    "posts": {"id": 80, "user_id": 2, "title": "pending"},
    "post_tags": {"post_id": 1, "tag_id": 3},
    "comments": {
        "id": 90,
        "post_id": 2,
        "author_id": 1,
        "text": "pending",
        "created_at": "2025-01-01T00:00:00+00:00",
    },
}


@pytest.fixture
def world(feed):
    """Give a feed over two users with two posts each."""
    rows = Rows()
    ann, ben = rows.user("Ann"), rows.user("Ben")
    for number in range(4):
        post = rows.post((ann, ben)[number % 2], f"post {number}", tags=["ab"[number % 2]])
        for hour in range(1 + number):
            rows.comment(post, (ann, ben)[hour % 2], f"2024-05-01T1{hour}:00:00+00:00", f"comment {hour}")
    rows.tag("c")
    feed.fill(rows.tables)
    return feed


@pytest.mark.check("negative_limit")
@pytest.mark.parametrize("limit", [-1, -7, -(2**31)])
def test_a_negative_limit_is_refused(world, limit):
    with world.candidate.raises("ValueError"):
        world.remote.user_feed(limit=limit)
    world.check("after a negative limit was refused")


@pytest.mark.check("negative_limit")
def test_a_negative_limit_is_refused_on_an_empty_database_too(feed):
    with feed.candidate.raises("ValueError"):
        feed.remote.user_feed(limit=-1)


@pytest.mark.check("negative_limit")
def test_a_refused_limit_leaves_an_open_transaction_usable(world):
    wanted = world.foreseen(*NEW_ROWS)
    session = world.session()
    for sql in NEW_ROWS:
        session.execute(sql)
    with world.candidate.raises("ValueError"):
        session.user_feed(limit=-1)
    hold(world.ask(), wanted, "after a negative limit was refused")


@pytest.mark.check("fresh_answers")
def test_what_others_commit_between_two_calls_is_seen(world):
    world.check("the first call")
    for sql in NEW_ROWS:
        world.database.execute(sql)
    world.check("after new rows")
    for sql in CHANGES:
        world.database.execute(sql)
        world.check(f"after {sql}")
    world.check("limit=2", limit=2)


@pytest.mark.check("fresh_answers")
def test_an_open_session_sees_what_others_commit_between_two_calls(world):
    world.session()
    world.check("the first call")
    for sql in NEW_ROWS:
        world.database.execute(sql)
    for sql in CHANGES:
        world.database.execute(sql)
        world.remote.execute("SELECT 1")
        world.check(f"after new rows and {sql}")


@pytest.mark.check("fresh_answers")
def test_an_answer_for_one_limit_is_none_for_another(world):
    for limit in (1, None, 0, 2, None, 1):
        world.check(f"limit={limit}, after other calls", limit=limit)


@pytest.mark.check("open_transaction")
@pytest.mark.parametrize("changes", [NEW_ROWS, CHANGES], ids=["new rows", "changes"])
def test_what_the_open_transaction_did_is_seen(world, changes):
    wanted = world.foreseen(*changes)
    session = world.session()
    for sql in changes:
        session.execute(sql)
    hold(world.ask(), wanted, "rows of the session's own transaction")


@pytest.mark.check("open_transaction")
def test_what_was_rolled_back_is_gone(world):
    session = world.session()
    for sql in NEW_ROWS:
        session.execute(sql)
    world.ask()
    session.rollback()
    world.check("after a rollback")


@pytest.mark.check("open_transaction")
def test_a_repeatable_read_transaction_sees_its_own_snapshot(world):
    session = world.session()
    session.rollback()
    session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    session.execute("SELECT count(*) FROM users")
    wanted = read_feed(world.database)
    for sql in NEW_ROWS:
        world.database.execute(sql)
    hold(world.ask(), wanted, "the snapshot of a repeatable read transaction")


@pytest.mark.check("pending_objects")
@pytest.mark.parametrize("table", PENDING)
def test_pending_objects_are_seen(world, table):
    columns = ", ".join(PENDING[table])
    values = ", ".join(
        str(value) if isinstance(value, int) else f"'{value}'" for value in PENDING[table].values()
    )
    wanted = world.foreseen(f"INSERT INTO {table} ({columns}) VALUES ({values})")
    session = world.session()
    session.add(table, PENDING[table])
    hold(world.ask(), wanted, f"an object of {table} was added to the session before the call")


@pytest.mark.check("pending_objects")
def test_changed_objects_are_seen(world):
    wanted = world.foreseen("UPDATE posts SET title = 'changed' WHERE id = 2")
    session = world.session()
    session.hold("posts", 2)
    session.change_held("title", "changed")
    hold(world.ask(), wanted, "a title was changed in the session before the call")


@pytest.mark.check("transaction_kept")
def test_the_transaction_goes_on(world):
    session = world.session()
    for sql in NEW_ROWS:
        session.execute(sql)
    before = world.transaction()
    expect(len(before), 1, "the number of open transactions before the call")
    world.ask()
    expect(
        world.transaction() == before, True, "the transaction that was open before the call is open after it"
    )


@pytest.mark.check("transaction_kept")
def test_nothing_is_committed(world):
    wanted = read_feed(world.database)
    session = world.session()
    session.execute(NEW_ROWS[0])
    session.add("posts", PENDING["posts"])
    world.ask()
    hold(read_feed(world.database), wanted, "what others see while the transaction is open")
    session.rollback()
    hold(read_feed(world.database), wanted, "what others see after a rollback")


@pytest.mark.check("transaction_kept")
def test_nothing_is_rolled_back(world):
    wanted = world.foreseen(*NEW_ROWS, *CHANGES)
    session = world.session()
    for sql in (*NEW_ROWS, *CHANGES):
        session.execute(sql)
    world.ask()
    world.ask(limit=1)
    session.commit()
    hold(read_feed(world.database), wanted, "what others see after the session's commit")


@pytest.mark.check("session_usable")
@pytest.mark.parametrize("limit", [None, 1, 0])
def test_objects_of_the_session_stay_its_own(world, limit):
    session = world.session()
    session.hold("users", 2)
    world.ask(limit=limit)
    session.change_held("name", "Benjamin")
    session.commit()
    row = world.database.rows("SELECT name FROM users WHERE id = 2")
    expect(row, [("Benjamin",)], "the name of an object that was loaded before the call and changed after it")


@pytest.mark.check("session_usable")
def test_the_session_reads_and_writes_afterwards(world):
    wanted = world.foreseen(*NEW_ROWS)
    session = world.session()
    world.ask()
    for sql in NEW_ROWS:
        session.execute(sql)
    hold(world.ask(), wanted, "a second call after the session wrote")
    session.commit()
    hold(read_feed(world.database), wanted, "what the session wrote between two calls, after its commit")
    world.check("a call in the next transaction")
    session.add("users", PENDING["users"])
    session.commit()
    row = world.database.rows("SELECT name FROM users WHERE id = 7")
    expect(row, [("Dora",)], "an object that was added after the calls and committed")


@pytest.mark.check("nothing_written")
def test_a_transaction_that_may_only_read_is_enough(world):
    session = world.session()
    session.rollback()
    session.execute("SET TRANSACTION READ ONLY")
    world.check("a transaction that may only read")
    world.check("a transaction that may only read, limit=1", limit=1)


@pytest.mark.check("nothing_written")
def test_nothing_is_left_in_the_database(world):
    relations = "SELECT relname::text FROM pg_class ORDER BY 1"
    before = world.database.rows(relations)
    world.session()
    world.check()
    world.remote.commit()
    expect(world.database.rows(relations) == before, True, "tables and indexes are as before")
    world.check("after a commit")
