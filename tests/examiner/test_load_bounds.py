"""A server that floods or bombs the load has failed those requests; the load goes on."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.examiner.fuzzing import Peer, Script

CLIENT = """
import locust, resource, sys, zlib
from geventhttpclient._parser import HTTPParseError
from geventhttpclient.useragent import UserAgent
from grader.examiner.load.bounded import bound_answers
bound_answers()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    print(len(UserAgent(network_timeout=5, max_retries=1).urlopen(sys.argv[1]).content))
except (HTTPParseError, zlib.error) as error:
    print(type(error).__name__)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(b"\0" * 100_000_000)
BOMBED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB


def flood(head: bytes, flood: bytes) -> Script:
    return Script((head,), flood=flood, flood_bytes=200 * 2**20)


ANSWERS = {
    "an answer": (Script((b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",)), "5"),
    "endless chunks": (flood(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), "HTTPParseError"),
    "no length": (flood(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536), "HTTPParseError"),
    "endless headers": (flood(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 9_000), "HTTPParseError"),
    "a bomb": (Script((BOMBED,)), "error"),
}


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    peer = Peer(lambda received: b"\r\n\r\n" in received)
    yield peer
    peer.close()


@pytest.mark.parametrize(("script", "told"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_under_load_is_bounded(peer: Peer, script: Script, told: str) -> None:
    peer.script = script
    command = [sys.executable, "-W", "ignore", "-c", CLIENT, f"http://127.0.0.1:{peer.port}/"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    outcome, grown = done.stdout.split()
    assert outcome == told
    assert int(grown) < 60 * 1024  # KiB
