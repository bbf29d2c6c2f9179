"""A server that floods or bombs the load has failed those requests; the load goes on."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.examiner.conftest import RunSuite, checks, only
from tests.examiner.fuzzing import Peer, Script
from tests.examiner.grader_side import server_command

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


SERVER = """
import socket, sys, threading
FLOOD = b"x" * 1_000_000
def serve(connection):
    with connection:
        while True:
            request = connection.recv(65536)
            if not request: return
            if request.startswith(b"GET /health"):
                connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
                continue
            connection.sendall(b"HTTP/1.1 201 Created\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n-1\\r\\n")
            for _ in range(1500): connection.sendall(FLOOD)
            return
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""
LOCUSTFILE = """
import http.client
from urllib.parse import urlsplit
from locust import FastHttpUser, task
class Poster(FastHttpUser):
    abstract = True
    @classmethod
    def prepare(cls, side):
        connection = http.client.HTTPConnection(urlsplit(side.base_url).netloc, timeout=10)
        connection.request("POST", "/links")
        return len(connection.getresponse().read())
    @task
    def look(self): self.client.get("/health")
"""
SUITE = """
@pytest.mark.check("cost")
def test_cost(load):
    load.compare("cost", "Poster")
"""


def test_a_flood_of_a_locustfile_s_own_client_is_the_candidate_s_loss(run_suite: RunSuite) -> None:
    command = server_command("solution.py")
    http = {"kind": "http", "entry": None, "command": command, "reference_command": command}
    run = run_suite(
        SUITE, SERVER, reference=SERVER, locustfile=LOCUSTFILE, checks=checks(cost=3.0), call_s=10.0, **http
    )
    assert run.exit_code == 0, run.errors
    assert only(run, "cost")["outcome"] == "failed"
    assert "MemoryError" in only(run, "cost")["message"]
