"""Facts name what the code does and where, whatever it is called there; what is only said or imported is none."""

import os
import signal

import pytest

from grader.inspector.facts import FACTS
from grader.inspector.watch import watch
from tests.inspector.conftest import read_lines


def facts(inspect, files, starter=None):
    """Return the facts of a tree as `id name path:line`."""
    seen = inspect(files, starter, checks=())
    return [f"{fact.id} {fact.name} {fact.path}:{fact.line}" for fact in seen.evidence.facts]


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("import threading\nlock = threading.Lock()", "lock threading.Lock solution.py:2"),
        ("import threading as t\nlock = t.RLock()", "lock threading.RLock solution.py:2"),
        ("from threading import Condition as C\n\nlock = C()", "lock threading.Condition solution.py:3"),
        ("import asyncio\nlimit = asyncio.Semaphore(9)", "async_limit asyncio.Semaphore solution.py:2"),
        ("from asyncio import TaskGroup\nx = TaskGroup()", "async_tasks asyncio.TaskGroup solution.py:2"),
        (
            "from collections import OrderedDict\nx = OrderedDict()",
            "ordered_dict collections.OrderedDict solution.py:2",
        ),
        ("import heapq\nheapq.heappush([], 1)", "heap heapq.heappush solution.py:2"),
        ("import weakref\nx = weakref.ref(print)", "weak_references weakref.ref solution.py:2"),
        ("import sys\nx = sys.getsizeof(1)", "object_sizes sys.getsizeof solution.py:2"),
        (
            "import psycopg_pool\nx = psycopg_pool.ConnectionPool()",
            "pool psycopg_pool.ConnectionPool solution.py:2",
        ),
        ("import sqlalchemy.orm\nx = sqlalchemy.orm.Session", "orm sqlalchemy.orm.Session solution.py:2"),
        ("import multiprocessing\nx = multiprocessing.Pool()", "threads multiprocessing.Pool solution.py:2"),
        ("import sqlite3\nx = sqlite3.connect('x')", "sqlite sqlite3.connect solution.py:2"),
        ("import psycopg\nx = psycopg.connect()", "postgres psycopg.connect solution.py:2"),
        ("import redis\nx = redis.Redis()", "shared_cache redis.Redis solution.py:2"),
        ("x = 'create unique  index i on t (a)'", "index CREATE UNIQUE INDEX solution.py:1"),
        (
            "x = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ'",
            "isolation_level ISOLATION LEVEL REPEATABLE READ solution.py:1",
        ),
        ("x = 'BEGIN IMMEDIATE'", "isolation_level BEGIN IMMEDIATE solution.py:1"),
        (
            "x = engine(isolation_level='SERIALIZABLE')",
            'isolation_level isolation_level="SERIALIZABLE" solution.py:1',
        ),
        ("x = 'SELECT a FROM t FOR UPDATE'", "row_lock FOR UPDATE solution.py:1"),
        ("x = select(t).with_for_update()", "row_lock with_for_update solution.py:1"),
        ("x = 'INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING'", "upsert ON CONFLICT solution.py:1"),
        ("x = insert(t).on_conflict_do_nothing()", "upsert on_conflict_do_nothing solution.py:1"),
        ("def f(a):\n    return f'SELECT * FROM t WHERE a = {a}'", "sql_from_parts SELECT … solution.py:2"),
        (
            "def f(a):\n    return 'DELETE FROM t WHERE a = %s' % a",
            "sql_from_parts DELETE FROM … solution.py:2",
        ),
        ("def f(a, b):\n    a.next = b\n    b.prev = a", "linked_nodes .prev, .next solution.py:2"),
    ],
)
def test_what_the_code_does_is_a_fact_with_its_first_line(inspect, code, fact):
    assert facts(inspect, {"solution.py": code + "\n"}) == [fact]


@pytest.mark.parametrize(
    "code",
    [
        "import threading\nfrom collections import OrderedDict",
        "class threading:\n    Lock = int\n\n\nx = threading.Lock()",
        '"""CREATE INDEX and FOR UPDATE are for databases."""',
        "x = 1  # threading.Lock()",
        "def f(a):\n    return f'Selected: {a}'",
        "x = 'SELECT * FROM t WHERE a = %s', (1,)",
        "import sqlite as s\nx = connect('x', isolation_level=None)",
        "def f(a, b):\n    a.next = b\n    return b.prev",
        "from .threading import Lock\nx = Lock()",
    ],
)
def test_what_is_only_said_imported_or_named_alike_is_no_fact(inspect, code):
    assert facts(inspect, {"solution.py": code + "\n"}) == []


def test_tests_tell_of_testing_and_the_solution_of_the_rest(inspect):
    files = {
        "solution.py": "from unittest import mock\nimport threading\n\nx = mock.Mock(), threading.Lock()\n",
        "tests/test_it.py": "import hypothesis\nfrom unittest import mock\nimport threading\n\n"
        "x = hypothesis.given, mock.Mock(), threading.RLock()\n",
    }
    assert facts(inspect, files) == [
        "lock threading.Lock solution.py:4",
        "mock unittest.mock.Mock tests/test_it.py:5",
        "property_tests hypothesis.given tests/test_it.py:5",
    ]


def test_the_starter_s_files_tell_nothing_of_the_candidate(inspect):
    same = {"given.py": "import threading\nx = threading.Lock()\n"}
    assert facts(inspect, same | {"solution.py": "x = 1\n"}, same) == []


def test_a_fact_is_told_once_and_text_of_the_candidate_s_is_cut_and_printable(inspect):
    level = "SERIALIZABLE\x1b[2J" + "x" * 500
    code = f"a = f(isolation_level={level!r})\nb = f(isolation_level='REPEATABLE READ')\n"
    seen = inspect({"solution.py": code}, checks=())
    (fact,) = seen.evidence.facts
    assert fact.line == 1
    assert len(fact.name) < 100
    assert fact.name.isprintable()


def test_facts_come_beside_the_checks_and_take_nothing(inspect):
    seen = inspect({"solution.py": "import heapq\nheapq.heapify([])\n"}, checks=("annotations",))
    assert [test.check for test in seen.evidence.tests] == ["annotations"]
    assert [fact.id for fact in seen.evidence.facts] == ["heap"]
    assert seen.flags == []


def test_an_inspection_that_ends_before_its_facts_is_whole_without_them():
    given = '{"event": "test", "check": "lint", "outcome": "passed", "fraction": 1.0}'

    def work(announce, refused):
        yield "lint", [given]
        os.kill(os.getpid(), signal.SIGKILL)

    assert watch(work, ("lint",)) == [given]


def test_facts_pass_the_watch_after_the_checks():
    fact = '{"event": "fact", "id": "heap", "name": "heapq", "path": "a.py", "line": 1}'

    def work(announce, refused):
        yield "facts", [fact]

    lines = watch(work, ("lint",))
    assert lines[1] == fact
    assert {fact.id for fact in read_lines(lines).evidence.facts} <= FACTS
