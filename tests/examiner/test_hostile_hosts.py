"""Whatever comes over the wire costs the candidate its test, and never the examiner or the tests that follow."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.examiner.connection import Connection, decoded
from grader.examiner.errors import CandidateError, SandboxLost
from tests.examiner.conftest import RunSuite, checks, only
from tests.examiner.grader_side import Run
from tests.examiner.hostile_host import MISDEEDS

SCRIPT = str(Path(__file__).with_name("hostile_host.py"))
SLOW = ("drip", "hang")
ENDED = {"exit": "exit code 7", "kill": "killed by signal 9", "close_half": "closed the connection"}


@pytest.fixture(scope="module")
def misdeeds(run_suite: RunSuite) -> Run:
    quick = [name for name in MISDEEDS if name not in {*SLOW, "__len__"}]
    suite = "\n".join(
        f"""
@pytest.mark.check("m_{name}")
def test_{name}(candidate):
    candidate.new().{name}()
"""
        for name in [*quick, *SLOW]
    )
    suite += """
@pytest.mark.check("m___len__")
def test_len(candidate):
    len(candidate.new())
"""
    ids = [f"m_{name}" for name in MISDEEDS]
    command = lambda port: [sys.executable, SCRIPT, str(port)]  # noqa: E731 - what `Command` is
    return run_suite(suite, command=command, checks=checks(*ids), call_s=1.0)


def test_the_examiner_comes_to_its_own_end(misdeeds: Run) -> None:
    assert misdeeds.exit_code == 0, misdeeds.errors
    assert misdeeds.of("finished")
    assert len(misdeeds.tests()) == len(MISDEEDS)


@pytest.mark.parametrize("name", [name for name in MISDEEDS if name not in (*SLOW, *ENDED)])
def test_a_broken_protocol_is_a_crash_in_plain_words(misdeeds: Run, name: str) -> None:
    test = only(misdeeds, f"m_{name}")
    assert test["outcome"] == "crashed"
    assert "broke the protocol: " in test["message"]
    assert len(test["message"]) < 400


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_that_never_ends_is_a_time_out(misdeeds: Run, name: str) -> None:
    test = only(misdeeds, f"m_{name}")
    assert test["outcome"] == "timed_out"
    assert test["message"] == "the call did not return within 1 s"
    assert test["duration_s"] < 20


@pytest.mark.parametrize(("name", "words"), ENDED.items())
def test_an_end_is_explained(misdeeds: Run, name: str, words: str) -> None:
    test = only(misdeeds, f"m_{name}")
    assert test["outcome"] == "crashed"
    assert words in test["message"]


def test_the_candidate_is_started_again_for_every_test_after_a_loss(misdeeds: Run) -> None:
    assert misdeeds.starts["candidate"] == len(MISDEEDS)


RAISED_IN = '@pytest.mark.check("a")\ndef test_a(candidate):\n    candidate.new()\n'


def test_a_host_that_raises_instead_of_greeting_was_not_started(run_suite: RunSuite) -> None:
    command = lambda port: [sys.executable, SCRIPT, "hello", str(port)]  # noqa: E731 - what `Command` is
    run = run_suite(RAISED_IN, command=command, checks=checks("a"), start_s=3.0)
    assert run.exit_code == 0, run.errors
    (event,) = run.of("build_failed")
    assert "raised 'Surprise' instead of greeting" in event["message"]


def test_a_host_that_raises_between_tests_fails_those_tests(run_suite: RunSuite) -> None:
    command = lambda port: [sys.executable, SCRIPT, "reset", str(port)]  # noqa: E731 - what `Command` is
    run = run_suite(RAISED_IN, command=command, checks=checks("a"))
    assert run.exit_code == 0, run.errors
    assert only(run, "a")["outcome"] == "failed"
    assert "Surprise was raised" in only(run, "a")["message"]


class OneAnswer:
    """A peer that answers one request with given bytes."""

    def __init__(self, answer: bytes) -> None:
        self.own, self._peer = socket.socketpair()
        self._answer = answer
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with self._peer:
            while not self._peer.recv(65536).endswith(b"\n"):
                pass
            self._peer.sendall(self._answer)

    def __enter__(self) -> Connection:
        return Connection(self.own)

    def __exit__(self, *_: object) -> None:
        self.own.close()
        self._thread.join()


JSON_TEXT = st.recursive(
    st.sampled_from(
        ["null", "true", "0", "-1", "1e5", '"a"', '"\\ud800"', "NaN", "1E400", '"$"', "[", "}", ""]
    ),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: f"[{','.join(items)}]")
        | st.tuples(
            st.sampled_from(
                ["tuple", "dict", "set", "int", "float", "bytes", "ref", "key", "object", "range", "no"]
            ),
            inner,
        ).map(lambda pair: f'{{"$":"{pair[0]}","v":{pair[1]}}}')
        | st.dictionaries(
            st.sampled_from(["jsonrpc", "id", "result", "error", "v", "$"]), inner, max_size=4
        ).map(lambda items: "{" + ",".join(f'"{key}":{value}' for key, value in items.items()) + "}")
    ),
    max_leaves=12,
)
FRAMES = st.one_of(
    st.binary(max_size=60),
    JSON_TEXT.map(str.encode),
    JSON_TEXT.map(lambda text: f'{{"jsonrpc":"2.0","id":1,"result":{text}}}'.encode()),
    JSON_TEXT.map(
        lambda text: f'{{"jsonrpc":"2.0","id":1,"error":{{"code":-32000,"data":{text}}}}}'.encode()
    ),
    JSON_TEXT.map(lambda text: f'{{"jsonrpc":"2.0","id":1,"error":{text}}}'.encode()),
)


def nothing_known(number: Any) -> object:
    return {}[number]


@settings(max_examples=250, deadline=None)
@given(answer=FRAMES)
@example(
    answer=b'{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"data":{"type":"E","mro":"Ex","message":null}}}'
)
@example(answer=b'{"jsonrpc":"2.0","id":1,"result":{"$":["list"],"v":0}}')
@example(answer=b'{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"data":{"type":1,"mro":[[]],"message":{}}}}')
def test_any_bytes_are_a_value_an_exception_of_the_candidate_or_a_loss(answer: bytes) -> None:
    with OneAnswer(answer + b"\n") as connection, contextlib.suppress(CandidateError, SandboxLost):
        value = connection.request("call", {}, time.monotonic() + 5)
        assert isinstance(repr(decoded(value, nothing_known)), str)
