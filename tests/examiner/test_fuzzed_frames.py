"""Whatever a host sends ends in a value, an exception of the candidate's or a loss, in time and in bounds."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.examiner.connection import MAX_LINE, Connection, connect, decoded
from grader.examiner.errors import CandidateError, SandboxLost
from grader.examiner.examination import Address
from grader.examiner.showing import show
from tests.examiner.fuzzing import DEADLINE_S, Peer, Script, fuzzed, scripts, within

KINDS = [
    *("tuple", "dict", "set", "frozenset", "int", "float", "bytes", "bytearray", "str_subclass"),
    *("bytes_subclass", "ref", "key", "object", "range", "pickle", ""),
]
SCALARS = st.sampled_from(
    [
        *(
            "null",
            "true",
            "0",
            "-0",
            "7",
            "1e5",
            "1E400",
            "-1e-400",
            "NaN",
            "Infinity",
            '"a"',
            '""',
            '"\\u0000"',
        ),
        *(
            '"\\ud800"',
            '"*"',
            '"YQ=="',
            '"0x10"',
            '"nan"',
            '"-inf"',
            "9" * 30,
            "9" * 5000,
            f'"0x{"f" * 6000}"',
        ),
        *("[", "]", "{", "}", ",", "\t", "'a'", "\\", "\x00", "\x1b[31m", "é", "", '"é"', '"<b>"'),
    ]
)


def tagged(kind: str, body: str) -> str:
    return json.dumps({"$": kind})[:-1] + f', "v": {body}, "type": {body}, "repr": "r"' + "}"


VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5).map(lambda items: f"[{','.join(items)}]")
        | st.tuples(st.sampled_from(KINDS), inner).map(lambda pair: tagged(*pair))
        | st.tuples(inner, inner).map(
            lambda pair: tagged("dict", f"[[{pair[0]},{pair[1]}],[{pair[1]},{pair[0]}]]")
        )
        | st.tuples(st.sampled_from(["jsonrpc", "id", "error", "data", "$", "v"]), inner).map(
            lambda pair: f'{{"{pair[0]}":{pair[1]},"{pair[0]}":1}}'
        )
    ),
    max_leaves=15,
)
DEEP = st.builds(
    lambda depth, kind: tagged(kind, "[") * depth + "]}" * depth if kind else "[" * depth + "]" * depth,
    st.sampled_from([1, 99, 100, 101, 900, 100_000]),
    st.sampled_from(["", "tuple", "set", "frozenset", "dict"]),
)
LARGE = st.builds(
    lambda item, kind, count: tagged(kind, f"[{','.join([item] * count)}]"),
    st.sampled_from(["0", "[]", "{}", '{"$":"int","v":"0xf"}', '{"$":"set","v":[]}', '"a"', "[0,0]"]),
    st.sampled_from(["tuple", "set", "dict"]),
    st.sampled_from([10, 9_999, 10_001, 60_000]),
)
IDS = st.sampled_from(["1", "1", "1", "1", "1", "2", "true", "1.0", '"1"', "null", "[]", "9" * 400])
RESULTS = VALUES | DEEP | LARGE
EXCEPTION = '{{"jsonrpc":"2.0","id":1,"error":{{"code":-32000,"data":{{"type":{},"mro":[{}]}}}}}}'
FRAMES = st.one_of(
    st.binary(max_size=200),
    RESULTS,
    st.builds('{{"jsonrpc":"2.0","id":{},"result":{}}}'.format, IDS, RESULTS),
    st.builds('{{"jsonrpc":"2.0","id":1,"result":{}}}'.format, RESULTS),
    st.builds('{{"jsonrpc":"2.0","id":1,"error":{{"code":-32000,"data":{}}}}}'.format, RESULTS),
    st.builds(EXCEPTION.format, VALUES, VALUES),
    st.builds('{{"jsonrpc":"2.0","id":1,"error":{}}}'.format, RESULTS),
    st.builds('{{"jsonrpc":"2.0","id":1,"id":{},"result":{}}}'.format, IDS, VALUES),
)
LINES = st.builds(
    lambda frame, end: (frame if isinstance(frame, bytes) else frame.encode("utf-8", "surrogatepass")) + end,
    FRAMES,
    st.sampled_from([b"\n", b"\n", b"\n", b"\n", b"\n", b"", b"\r\n", b"\n\n", b"\0\n", b" \n"]),
)


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    peer = Peer(lambda received: received.endswith(b"\n"))
    yield peer
    peer.close()


def open_to(peer: Peer, script: Script) -> Connection:
    peer.script = script
    return connect(Address(peer.port, "token"), time.monotonic() + 5)


def nothing_known(number: Any) -> object:
    return {}[number]


@fuzzed(200)
@given(script=scripts(LINES))
@example(script=Script((b'{"jsonrpc":"2.0","id":1,"result":{"$":"int","v":"0x' + b"f" * 100_000 + b'"}}\n',)))
def test_any_answer_is_a_value_an_exception_or_a_loss(peer: Peer, script: Script) -> None:
    connection = open_to(peer, script)
    try:
        with within(DEADLINE_S):
            told = show(decoded(connection.request("call", {}, time.monotonic() + DEADLINE_S), nothing_known))
    except CandidateError as error:
        told = str(error)
    except SandboxLost as lost:
        told = lost.message
    finally:
        connection.close()
    assert len(told) < 5_000


@fuzzed(50)
@given(script=scripts(LINES))
@example(script=Script((b'{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"data":{"type":"E","mro":[]}}}\n',)))
def test_any_greeting_of_one_without_the_token_is_a_loss(peer: Peer, script: Script) -> None:
    connection = open_to(peer, script)
    try:
        with within(DEADLINE_S), pytest.raises(SandboxLost):
            connection.greet("token", DEADLINE_S)
    finally:
        connection.close()


def keys(count: int) -> str:
    """Return a set of numbers that all have one hash, and so each is compared with all before it."""
    return tagged("set", "[" + ",".join(str(number * (2**61 - 1)) for number in range(1, count + 1)) + "]")


def test_many_sets_may_have_no_more_keys_than_one(peer: Peer) -> None:
    answer = f'{{"jsonrpc":"2.0","id":1,"result":[{",".join([keys(4_000)] * 6)}]}}\n'
    connection = open_to(peer, Script((answer.encode(),)))
    raw = connection.request("call", {}, time.monotonic() + 60)
    with pytest.raises(SandboxLost, match="10000 keys"):
        decoded(raw, nothing_known)
    connection.close()


FLOODS = {
    "one endless line": Script((b"",), flood=b"x" * 65536, flood_bytes=200 * 2**20),
    "an endless text": Script(
        (b'{"jsonrpc":"2.0","id":1,"result":"',), flood=b"x" * 65536, flood_bytes=200 * 2**20
    ),
    "endless lines": Script((b"",), flood=b"{}\n" * 20_000, flood_bytes=200 * 2**20),
}


@pytest.mark.parametrize("script", FLOODS.values(), ids=FLOODS)
def test_a_flood_takes_a_bounded_memory(peer: Peer, script: Script) -> None:
    connection = open_to(peer, script)
    tracemalloc.start()
    try:
        with pytest.raises(SandboxLost):
            connection.request("call", {}, time.monotonic() + 5)
        assert tracemalloc.get_traced_memory()[1] < 6 * MAX_LINE
    finally:
        tracemalloc.stop()
        connection.close()


LARGEST = {"lists": "[]", "pairs": "[[0]]", "tags": '{"$":"tuple","v":[]}', "texts": '"é"'}
LINE_BYTES = 2**17


@pytest.mark.parametrize("item", LARGEST.values(), ids=LARGEST)
def test_a_value_takes_a_bounded_multiple_of_its_line(peer: Peer, item: str) -> None:
    count = LINE_BYTES // (len(item.encode()) + 1)
    answer = f'{{"jsonrpc":"2.0","id":1,"result":[{",".join([item] * count)}]}}\n'.encode()
    connection = open_to(peer, Script((answer,)))
    tracemalloc.start()
    try:
        assert len(decoded(connection.request("call", {}, time.monotonic() + 20), nothing_known)) == count
        assert tracemalloc.get_traced_memory()[1] < 80 * LINE_BYTES  # 320 MiB for the longest line
    finally:
        tracemalloc.stop()
        connection.close()
