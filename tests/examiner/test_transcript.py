"""What a person reads of a failing test: short, and Python that runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from grader.examiner import CandidateError
from grader.examiner.channel import Usage
from grader.examiner.showing import show, tidy
from grader.examiner.subject import Subject


class Echo:
    """Answers like a host whose methods return their first argument."""

    def __init__(self) -> None:
        self._number = 0

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        json.dumps(params)
        self._number += 1
        match method:
            case "new":
                return {"$": "ref", "v": self._number}
            case "value":
                return {"id": self._number, "size": params["size"] or 64}
            case "invoke" if params["name"] == "fail":
                raise CandidateError("ValueError", ("ValueError", "Exception"), "no")
            case "invoke" | "call":
                return params["args"][0] if params["args"] else None
            case "batch":
                return [["value", None]] * len(params["program"])
            case "threads":
                return [[["value", None]] * len(program) for program in params["programs"]]
        return []

    def usage(self) -> Usage:
        return Usage(0.0, None, None, 0.0)


@pytest.fixture
def subject() -> Subject:
    return Subject(Echo(), "solution:LRUCache")


def test_calls_read_as_they_would_be_written(subject: Subject) -> None:
    cache = subject.new(2, max_bytes=10)
    cache.put("a", (1, b"x"))
    with pytest.raises(CandidateError):
        cache.fail({"k": None})
    cache.get("a")
    assert subject.transcript.program() == "\n".join(
        [
            "from solution import LRUCache",
            "cache = LRUCache(2, max_bytes=10)",
            "cache.put('a', (1, b'x'))",
            "cache.fail({'k': None})  # raised ValueError: no",
            "cache.get('a')  # returned 'a'",
        ]
    )


def test_only_what_concerns_the_newest_object_is_told(subject: Subject) -> None:
    first, second = subject.new(1), subject.new(2)
    third = subject.new(3)
    first.put(1)
    second.put(2)
    third.put(3)
    third.get(first.put(4))
    program = subject.transcript.program()
    assert program.splitlines()[1:4] == [
        "cache = LRUCache(1)",
        "cache_2 = LRUCache(2)",
        "cache_3 = LRUCache(3)",
    ]
    subject.new(4)
    assert subject.transcript.program() == "from solution import LRUCache\ncache = LRUCache(4)"


def test_a_program_with_special_values_runs(subject: Subject) -> None:
    cache = subject.new(1)
    cache.put(subject.yielding_key(1), subject.object(size=100))
    cache.put(subject.str_subclass("t"), subject.bytes_subclass(b"b"))
    program = subject.transcript.program().replace("from solution import LRUCache\n", "")

    class LRUCache:
        def __init__(self, capacity: int) -> None: ...
        def put(self, key: object, value: object) -> None: ...

    scope: dict[str, Any] = {"LRUCache": LRUCache}
    exec(program, scope)
    assert scope["value"].__sizeof__() == 100
    assert scope["Key"](1) == scope["Key"](1)


def test_many_calls_at_once_are_shortened(subject: Subject) -> None:
    cache = subject.new(1)
    cache.map("put", [range(1000), list(range(1000))])
    subject.batch([(cache, "put", (1, 2)), (cache, "__len__", ())])
    lines = subject.transcript.program().splitlines()
    assert "cache.put(0, 0)" in lines
    assert "# … and 980 more such calls" in lines
    assert lines[-2:] == ["cache.put(1, 2)", "len(cache)"]


def test_threads_are_told_one_by_one(subject: Subject) -> None:
    cache = subject.new(1)
    subject.threads([[(cache, "put", (n, n))] * 30 for n in range(2)])
    program = subject.transcript.program()
    assert "# thread 1 of 2, all started together:\n#   cache.put(0, 0)" in program
    assert "#   … and 10 more such calls" in program


def test_long_programs_are_cut_in_the_middle(subject: Subject) -> None:
    cache = subject.new(1)
    for number in range(10_000):
        cache.put(number)
    lines = subject.transcript.program().splitlines()
    assert len(lines) < 70
    assert any("lines left out" in line for line in lines)
    assert lines[-1].startswith("cache.put(9999)")


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("solution:LRUCache", "cache"),
        ("a.b:Box", "box"),
        ("a:URLShortener", "shortener"),
        ("a:scrape", "scrape_object"),
    ],
)
def test_objects_are_named_after_their_class(entry: str, name: str) -> None:
    assert Subject(Echo(), entry).transcript.object_name() == name


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\x1b[31m\u202eb", r"'a\x1b[31m\u202eb'"),
        (10**5000, "an integer of 16610 bits"),
        ([10**5000], None),
        ("x" * 10**6, None),
        ([[[[[[[[[[[[1]]]]]]]]]]]], None),
        (list(range(10**5)), None),
    ],
    ids=["control", "huge", "huge inside", "long", "deep", "many"],
)
def test_values_are_shown_short_and_printable(value: Any, shown: str | None) -> None:
    text = show(value)
    assert shown is None or text == shown
    assert len(text) <= 1000
    assert text.isprintable()


def test_texts_lose_what_a_terminal_or_a_decoder_would_trip_over() -> None:
    assert tidy("a\x00\x1b\ud800\n\tb", 100) == "a\\x00\\x1b\\ud800\n\tb"
    assert tidy("x" * 50, 10) == "x" * 9 + "…"


def test_a_note_is_a_comment_among_the_calls(subject: Subject) -> None:
    cache = subject.new(2)
    subject.note("two things\nto know\x07")
    cache.get("a")
    assert subject.transcript.program().splitlines()[1:] == [
        "cache = LRUCache(2)",
        "# two things",
        "# to know\\x07",
        "cache.get('a')  # returned 'a'",
    ]
