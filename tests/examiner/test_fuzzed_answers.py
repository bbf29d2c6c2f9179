"""Whatever a server sends ends in a plain answer or a loss, in time and within bounds of memory."""

from __future__ import annotations

import contextlib
import gzip
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.examiner.errors import ProtocolBroken, SandboxLost, Unexpected
from grader.examiner.exchange import MAX_BODY, Answer, HttpConnection, make_request
from tests.examiner.fuzzing import DEADLINE_S, Peer, Script, fuzzed, scripts, within

STATUS_LINES = st.sampled_from(
    [
        *[b"HTTP/1.1 200 OK"] * 6,
        *(b"HTTP/1.0 200 OK", b"HTTP/1.1 200", b"HTTP/1.1 204 No Content", b"HTTP/1.1 304 Not Modified"),
        *(b"HTTP/1.1 100 Continue", b"HTTP/1.1 103 Early Hints", b"HTTP/1.1 101 Switching Protocols"),
        *(b"HTTP/1.1 99 Low", b"HTTP/1.1 1000 High", b"HTTP/1.1 -200 OK", b"HTTP/1.1 2_0_0 OK"),
        *(b"HTTP/2 200", b"HTTP/0.9 200 OK", b"http/1.1 200 OK", b"HTTP/1.1\t200\tOK", b"HTTP/1.1 abc OK"),
        *(b"", b"\0", b"\xff\xfe", b"HTTP/1.1 200 \x1b[2J\0\xff", b"HTTP/1.1 200 " + b"a" * 70_000),
    ]
)  # fmt: skip
HEADERS = st.sampled_from(
    [
        *(b"Content-Type: text/html", b"Location: https://example.com/\xff\0", b"Set-Cookie: a=b\nX: y", b": empty"),
        *(b"Content-Length: 0", b"Content-Length: 5", b"Content-Length: 5, 5", b"Content-Length: -1"),
        *(b"Content-Length: 99999999999999999999", b"Content-Length: " + b"9" * 5000, b"Content-Length: 1_0"),
        *(b"Content-Length: +5", b"Content-Length: 0x5", b"Content-Length:", b"Content-Length : 5"),
        b"content-length: 6",
        *(b"Transfer-Encoding: chunked", b"Transfer-Encoding: Chunked, gzip", b"Transfer-Encoding: identity"),
        *(b"Connection: close", b"Connection: keep-alive", b"Keep-Alive: timeout=0", b"Upgrade: h2c"),
        *(b"Content-Encoding: gzip", b"Content-Encoding: br", b"Trailer: X", b"no colon", b" folded: line"),
        *(b"X: " + b"a" * 1000, b"X: " + b"a" * 70_000, b"X-A: b\r\n" * 150 + b"X: y", b"\0: \0"),
        *(b"\xc3\xa9: \xc3\xa9", b"\tfolded", b""),
    ]
)  # fmt: skip
SIZES = st.sampled_from(
    [
        *(
            b"5",
            b"5",
            b"0",
            b"-1",
            b"-5",
            b"0x5",
            b"+5",
            b"5;a=b",
            b"",
            b" ",
            b"zz",
            b"1_0",
            b"5" * 17,
            b"f" * 5000,
        ),
        b"5;" + b"x" * 70_000,
    ]
)
BOMB = gzip.compress(b"\0" * 20_000_000)
CHUNKS = st.lists(
    st.tuples(SIZES, st.sampled_from([b"hello", b"", b"hell", b"hello!", b"\0" * 5])), max_size=5
)
TRAILERS = st.sampled_from([b"0\r\n\r\n", b"0\r\n", b"", b"0\r\nX: y\r\n\r\n", b"0\r\n" + b"X: y\r\n" * 1000])
BODIES = st.one_of(
    st.sampled_from(
        [b"", b"hello", b'{"a": 1}', b'{"a": NaN}', b"[" * 100_000, b"\0" * 5, BOMB, b"x" * (MAX_BODY + 10)]
    ),
    st.binary(max_size=40),
    st.builds(
        lambda chunks, trailer: b"".join(size + b"\r\n" + data + b"\r\n" for size, data in chunks) + trailer,
        CHUNKS,
        TRAILERS,
    ),
)
INTERIM = st.sampled_from(
    [b"", b"", b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 3, b"HTTP/1.1 100 C\r\nX: y\r\n\r\n" * 2000]
)


def written(
    interim: bytes, status: bytes, headers: list[bytes], ends: tuple[bytes, bytes], body: bytes
) -> bytes:
    return interim + ends[0].join([status, *headers]) + ends[1] + body


ANSWERS = st.one_of(
    st.builds(
        written,
        INTERIM,
        STATUS_LINES,
        st.lists(HEADERS, max_size=5),
        st.sampled_from(
            [(b"\r\n", b"\r\n\r\n")] * 5 + [(b"\n", b"\n\n"), (b"\r", b"\r\r"), (b"\r\n", b"\r\n")]
        ),
        BODIES,
    ),
    st.builds(lambda body: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body, BODIES),
    st.binary(max_size=100),
)
METHODS = st.sampled_from(["GET", "GET", "HEAD", "POST", "DELETE", "OPTIONS"])


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    peer = Peer(lambda received: b"\r\n\r\n" in received)
    yield peer
    peer.close()


def look_at(answer: Answer) -> None:
    """Use an answer as suites do."""
    assert type(answer.status) is int
    assert len(answer.body) <= MAX_BODY
    assert isinstance(answer.text, str)
    assert all(type(text) is str for pair in answer.headers.items() for text in pair)
    assert answer.headers.get("location", "") is not None
    with contextlib.suppress(Unexpected):
        answer.json()


@fuzzed(250)
@given(script=scripts(ANSWERS), method=METHODS)
def test_any_bytes_are_a_plain_answer_or_a_loss(peer: Peer, script: Script, method: str) -> None:
    peer.script = script
    connection = HttpConnection(peer.port)
    try:
        for _ in range(2):  # the second one over what the first one left of the connection
            with within(2 * DEADLINE_S), contextlib.suppress(SandboxLost):
                look_at(connection.exchange(make_request(method, "/"), time.monotonic() + DEADLINE_S))
    finally:
        connection.close()


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
MOST = 300 * 2**20
FLOODS = {
    "a body without a length": Script((b"HTTP/1.1 200 OK\r\n\r\n",), flood=b"x" * 65536, flood_bytes=MOST),
    "a length without an end": Script(
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",), flood=b"x" * 65536, flood_bytes=MOST
    ),
    "endless chunks": Script((CHUNKED,), flood=b"10000\r\n" + b"x" * 65536 + b"\r\n", flood_bytes=MOST),
    "one huge chunk": Script((CHUNKED + b"ffffffffff\r\n",), flood=b"x" * 65536, flood_bytes=MOST),
    "a chunk of less than nothing": Script((CHUNKED + b"-1\r\n",), flood=b"x" * 65536, flood_bytes=MOST),
    "endless trailers": Script((CHUNKED + b"0\r\n",), flood=b"X: y\r\n" * 10_000, flood_bytes=MOST),
    "endless interim answers": Script((), flood=b"HTTP/1.1 100 Continue\r\n\r\n" * 3000, flood_bytes=MOST),
    "endless headers": Script((b"HTTP/1.1 200 OK\r\n",), flood=b"X: y\r\n" * 10_000, flood_bytes=MOST),
    "an endless status line": Script((b"HTTP/1.1 200 ",), flood=b"x" * 65536, flood_bytes=MOST),
}


@pytest.mark.parametrize("script", FLOODS.values(), ids=FLOODS)
def test_a_flood_is_a_loss_and_takes_a_bounded_memory(peer: Peer, script: Script) -> None:
    peer.script = script
    connection = HttpConnection(peer.port)
    tracemalloc.start()
    try:
        with pytest.raises(SandboxLost):
            connection.exchange(make_request("GET", "/"), time.monotonic() + 1)
        assert tracemalloc.get_traced_memory()[1] < 8 * MAX_BODY
    finally:
        tracemalloc.stop()
        connection.close()


def test_a_compressed_body_is_never_unpacked(peer: Peer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB)
    peer.script = Script((head + BOMB,))
    connection = HttpConnection(peer.port)
    assert connection.exchange(make_request("GET", "/"), time.monotonic() + 5).body == BOMB
    connection.close()


def test_a_body_just_within_the_bound_is_an_answer_and_one_byte_more_a_loss(peer: Peer) -> None:
    for size in (MAX_BODY, MAX_BODY + 1):
        peer.script = Script((b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size,))
        connection = HttpConnection(peer.port)
        try:
            answer = connection.exchange(make_request("GET", "/"), time.monotonic() + 10)
        except ProtocolBroken:
            assert size > MAX_BODY
        else:
            assert len(answer.body) == size == MAX_BODY
        finally:
            connection.close()
