"""The host answers faithfully for the candidate's code, whatever that code does."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.examiner import CandidateError
from grader.examiner.connection import Impostor
from grader.examiner.errors import ProtocolBroken
from grader.examiner.expectation import is_same
from grader.examiner.subject import Subject
from tests.host.conftest import WAIT_S, StartHost

THING = """
import gc, sys, threading, time
class Loud(Exception):
    def __str__(self): raise RuntimeError("no text")
class Explosive:
    def __repr__(self): raise RuntimeError("no repr")
class Thing:
    def __init__(self, *args): self.kept = list(args); self.log = []; self.live = {}
    def same(self, value): return value
    def keep(self, value): self.kept.append(value)
    def drop(self): self.kept.clear()
    def fail(self, name):
        raise {"value": ValueError("wrong value"), "exit": SystemExit(3), "stop": KeyboardInterrupt(),
               "loud": Loud(), "key": KeyError("k"), "big": ValueError("x" * 10_000_000)}[name]
    def deep(self):
        value = []
        for _ in range(500): value = [value]
        return value
    def recurse(self): return self.recurse()
    def flood(self): return "x" * 5_000_000
    def odd(self): return Explosive()
    def own(self): return type("Own", (), {"__repr__": lambda self: "<own>"})()
    def size(self, value): return sys.getsizeof(value)
    def note(self, value): self.log.append(value); time.sleep(0); return threading.get_ident()
    def stats(self): return self.live
    def count(self): self.live["n"] = self.live.get("n", 0) + 1
    def collects(self): return gc.isenabled()
    def __len__(self): return len(self.kept)
    def __contains__(self, key): return key in self.kept
    def add(self, a, b=0): return a + b
    async def later(self, value):
        import asyncio
        await asyncio.sleep(0)
        return value
def double(n): return 2 * n
async def triple(n): return 3 * n
"""


@pytest.fixture
def thing_subject(start_host: StartHost) -> Subject:
    return start_host(THING).subject()


@pytest.fixture(scope="module")
def module_subject(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Subject]:
    from tests.host.conftest import HostProcess

    folder = tmp_path_factory.mktemp("thing")
    (folder / "solution.py").write_text(THING, encoding="utf-8")
    host = HostProcess(folder, "solution:Thing")
    yield host.subject()
    host.close()


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.binary(max_size=8)
KEYS = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.binary(max_size=4)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.frozensets(KEYS, max_size=4)
        | st.sets(KEYS, max_size=4)
        | st.binary(max_size=4).map(bytearray)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(value=VALUES)
def test_values_come_back_as_they_were_with_their_types(module_subject: Subject, value: Any) -> None:
    thing = module_subject.new()
    assert is_same(thing.same(value), value)


@pytest.mark.parametrize(
    "value",
    [10**5000, -(10**400), 2**53, -(2**53), float("inf"), -0.0, "\ud800", "\0\n"],
    ids=["huge", "negative", "large", "large negative", "infinity", "minus zero", "surrogate", "control"],
)
def test_values_that_json_lacks_come_back_too(module_subject: Subject, value: Any) -> None:
    back = module_subject.new().same(value)
    assert is_same(back, value)
    assert isinstance(value, str | int) or str(back) == str(value)


def test_subclasses_of_texts_and_bytes_keep_that_they_are(module_subject: Subject) -> None:
    thing = module_subject.new()
    text, data = module_subject.str_subclass("ä"), module_subject.bytes_subclass(b"\xff")
    assert is_same(thing.same(text), text)
    assert is_same(thing.same(data), data)
    assert not is_same(thing.same("ä"), text)


def test_objects_that_do_not_travel_are_named(module_subject: Subject) -> None:
    thing = module_subject.new()
    assert repr(thing.own()) == "<own>"
    assert "no repr" not in repr(thing.odd())
    assert thing.own() != thing.own()


@pytest.mark.parametrize(
    ("name", "kind", "base", "message"),
    [
        ("value", "ValueError", "Exception", "wrong value"),
        ("exit", "SystemExit", "BaseException", "3"),
        ("stop", "KeyboardInterrupt", "BaseException", ""),
        ("key", "KeyError", "LookupError", "k"),
        ("loud", "Loud", "Exception", "(its text could not be read: RuntimeError)"),
        ("big", "ValueError", "Exception", "x" * 2048),
    ],
)
def test_exceptions_come_as_type_bases_and_message(
    module_subject: Subject, name: str, kind: str, base: str, message: str
) -> None:
    with pytest.raises(CandidateError) as caught:
        module_subject.new().fail(name)
    assert caught.value.type == kind
    assert base in caught.value.mro
    assert message in caught.value.message
    assert len(caught.value.message) <= 2048


@pytest.mark.parametrize("method", ["deep", "flood"])
def test_answers_beyond_bounds_are_refused_and_the_host_goes_on(module_subject: Subject, method: str) -> None:
    thing = module_subject.new()
    with pytest.raises(ProtocolBroken):
        thing.invoke(method)
    assert thing.same(1) == 1


def test_recursion_without_end_is_an_exception_of_the_candidate(module_subject: Subject) -> None:
    with pytest.raises(CandidateError, match="RecursionError"):
        module_subject.new().recurse()


def test_methods_take_keywords_and_special_methods_answer(module_subject: Subject) -> None:
    thing = module_subject.new("a", "b")
    assert thing.add(1, b=2) == 3
    assert len(thing) == 2
    assert "a" in thing
    assert "c" not in thing


def test_map_calls_for_each_row_of_its_columns(module_subject: Subject) -> None:
    thing = module_subject.new()
    assert thing.map("add", [range(5), [10] * 5]) == [10, 11, 12, 13, 14]
    assert thing.map("add", [range(5), [10] * 5], results=False) == 5
    with pytest.raises(CandidateError, match="TypeError"):
        thing.map("add", [["a", 1], [1, 1]])


def test_batch_gives_values_and_errors_in_order(module_subject: Subject) -> None:
    thing = module_subject.new()
    results = module_subject.batch(
        [(thing, "add", (1, 2)), (thing, "fail", ("value",)), (thing, "__len__", ())]
    )
    assert [result.value for result in results] == [3, None, 0]
    assert results[1].error is not None
    assert results[1].error.type == "ValueError"


def test_a_result_that_later_calls_of_a_batch_change_is_seen_changed(module_subject: Subject) -> None:
    thing = module_subject.new()
    results = module_subject.batch([(thing, "stats", ()), (thing, "count", ()), (thing, "stats", ())])
    assert results[0].value == {"n": 1}


def test_threads_run_one_program_each_at_once(module_subject: Subject) -> None:
    thing = module_subject.new()
    programs = [[(thing, "note", (number,))] * 30 for number in range(4)]
    results = module_subject.threads(programs)
    identities = [{result.value for result in part} for part in results]
    assert all(len(part) == 30 for part in results)
    assert all(len(own) == 1 for own in identities)
    assert len(set.union(*identities)) == 4


def test_yielding_keys_are_equal_by_their_number(module_subject: Subject) -> None:
    key, other = module_subject.yielding_key(1), module_subject.yielding_key(2)
    thing = module_subject.new(key)
    assert key in thing
    assert other not in thing
    assert thing.same(key) == key


def test_a_released_value_lives_as_long_as_the_candidate_refers_to_it(module_subject: Subject) -> None:
    module_subject.reset()
    thing = module_subject.new()
    value = module_subject.object()
    thing.keep(value)
    assert thing.same(value) is value
    value.release()
    assert value.is_alive()
    assert thing.collects() is False
    thing.drop()
    assert not value.is_alive()
    module_subject.reset()
    assert module_subject.new().collects() is True


def test_a_value_has_the_size_that_was_asked_for(module_subject: Subject) -> None:
    thing, value = module_subject.new(), module_subject.object(size=5000)
    assert value.size == thing.size(value) == 5000
    value.resize(70)
    assert value.size == thing.size(value) == 70


def test_coroutines_are_run_to_their_end(start_host: StartHost, thing_subject: Subject) -> None:
    assert thing_subject.new().later([1]) == [1]
    assert start_host(THING, "solution:triple").subject().call(4) == 12


def test_an_entry_that_is_a_function_is_called(start_host: StartHost) -> None:
    assert start_host(THING, "solution:double").subject().call(4) == 8


def test_loaded_modules_are_named(module_subject: Subject) -> None:
    assert {"solution", "sys"} <= set(module_subject.loaded_modules())


@pytest.mark.parametrize(
    ("source", "kind", "message", "line"),
    [
        ("import nothing_like_it", "ModuleNotFoundError", "nothing_like_it", "solution.py, line 1"),
        ("x = (", "SyntaxError", "never closed", "solution.py, line 1"),
        ("def f():\n    raise SystemExit(4)\nf()", "SystemExit", "4", "solution.py, line 2, in f"),
        ("class Other: pass", "AttributeError", "Thing", ""),
    ],
)
def test_a_failed_import_is_told_with_its_place(
    start_host: StartHost, source: str, kind: str, message: str, line: str
) -> None:
    _, greeting = start_host(source).greeted()
    failure = greeting["failure"]
    assert failure["type"] == kind
    assert message in failure["message"]
    assert line in "\n".join(failure["lines"])
    assert "importlib" not in "\n".join(failure["lines"])


def test_nothing_is_answered_before_the_token_is_proven(start_host: StartHost) -> None:
    connection = start_host(THING).connect()
    with pytest.raises(ProtocolBroken, match="say hello first"):
        connection.request("new", {"args": [], "kwargs": {}}, time.monotonic() + WAIT_S)


def test_a_client_notices_a_host_that_does_not_know_the_token(start_host: StartHost) -> None:
    connection = start_host(THING).connect()
    with pytest.raises(Impostor):
        connection.greet("another token", WAIT_S)


def test_the_token_is_not_in_the_environment_of_the_candidate(start_host: StartHost) -> None:
    source = "import os\ndef env(): return 'HOST_TOKEN' in os.environ"
    assert start_host(source, "solution:env").subject().call() is False


def test_a_client_that_speaks_nonsense_is_dropped_and_others_are_served(start_host: StartHost) -> None:
    host = start_host(THING)
    subject = host.subject()
    for nonsense in (
        b"\n",
        b"{}\n",
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
        json.dumps({"id": 1}).encode() + b"\n",
    ):
        with socket.create_connection(("127.0.0.1", host.address.port), timeout=WAIT_S) as client:
            client.sendall(nonsense)
            assert client.recv(100) == b""
    assert subject.new().same(1) == 1


def test_a_modules_own_folder_is_importable_but_not_the_hosts(start_host: StartHost, tmp_path: Any) -> None:
    (tmp_path / "sibling.py").write_text("VALUE = 7")
    (tmp_path / "server.py").write_text("VALUE = 8")
    source = "import sibling, server\ndef both(): return [sibling.VALUE, server.VALUE]"
    assert start_host(source, "solution:both").subject().call() == [7, 8]


ADAPTER = """
def adapt(entry):
    return lambda number: [entry(number), entry.__module__]
"""


def test_an_adapter_is_served_in_the_entry_s_place(start_host: StartHost) -> None:
    assert start_host(THING, "solution:double", ADAPTER).subject().call(4) == [8, "solution"]


def test_an_adapter_that_fails_is_told_as_a_failed_import(start_host: StartHost) -> None:
    _, greeting = start_host(THING, "solution:double", "raise OSError('no database')").greeted()
    assert greeting["failure"]["message"] == "no database"
