"""Fetching has bounds: sizes, times, redirects, and who gets to see credentials."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import time
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from grader.dependencies import Bounds, DependencyError, Index
from grader.dependencies.fetching import Fetcher, IndexTrouble, TooLarge
from grader.dependencies.gateway import Gateway
from tests.dependencies.index_server import IndexServer, send, serve_index
from tests.dependencies.wheels import make_wheel

_BOUNDS = Bounds(page_mib=1, file_mib=1, answer_s=2, page_s=10, file_s=10)
_MIB = 1024 * 1024
_CREDENTIALS = f"Basic {b64encode(b'us er:pa@ss').decode()}"


@pytest.fixture
def server() -> Iterator[IndexServer]:
    with serve_index() as serving:
        yield serving


def address(server: IndexServer, path: str = "/x", who: str = "") -> str:
    return f"http://{who}127.0.0.1:{server.port}{path}"


def redirect_to(target: str) -> object:
    def answer(request: BaseHTTPRequestHandler) -> bool:
        if request.path == "/end":
            return False
        send(request, 302, "text/plain", b"", Location=target)
        return True

    return answer


def test_a_chain_of_five_redirects_is_followed_and_one_of_six_is_not(server: IndexServer) -> None:
    def count_down(request: BaseHTTPRequestHandler) -> bool:
        left = int(request.path[1:])
        send(request, 301 if left else 200, "text/html", b"here", Location=f"/{left - 1}")
        return True

    server.misbehave = count_down
    fetched, body = Fetcher(_BOUNDS).fetch_page(address(server, "/5"), "*/*")
    assert (fetched.url, body) == (address(server, "/0"), b"here")
    with pytest.raises(IndexTrouble, match="over 5 redirects"):
        Fetcher(_BOUNDS).fetch_page(address(server, "/6"), "*/*")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/html,x"])
def test_a_redirect_leads_to_the_web_only(server: IndexServer, target: str) -> None:
    server.misbehave = redirect_to(target)  # type: ignore[assignment]
    with pytest.raises(IndexTrouble, match="redirects to"):
        Fetcher(_BOUNDS).fetch_page(address(server), "*/*")


def test_credentials_are_for_the_index_s_own_host_alone(server: IndexServer) -> None:
    with serve_index() as other:
        server.misbehave = redirect_to(address(other, "/end"))  # type: ignore[assignment]
        Fetcher(_BOUNDS).fetch_page(address(server, who="us%20er:pa%40ss@"), "*/*")
        assert server.headers_seen[0]["Authorization"] == _CREDENTIALS
        assert "Authorization" not in other.headers_seen[0]
    server.misbehave = redirect_to("/end")  # type: ignore[assignment]
    Fetcher(_BOUNDS).fetch_page(address(server, who="us%20er:pa%40ss@"), "*/*")
    assert server.headers_seen[-1]["Authorization"] == _CREDENTIALS


def test_credentials_are_never_told(server: IndexServer, tmp_path: Path) -> None:
    secret = address(server, who="user:secret@")
    with pytest.raises(IndexTrouble) as caught:
        Fetcher(_BOUNDS).fetch_file(secret, tmp_path / "file", None)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("is_stated", [True, False], ids=["stated", "streamed"])
@pytest.mark.parametrize(("size", "is_taken"), [(_MIB, True), (_MIB + 1, False)])
def test_a_size_is_bounded(
    server: IndexServer, tmp_path: Path, size: int, *, is_taken: bool, is_stated: bool
) -> None:
    def answer(request: BaseHTTPRequestHandler) -> bool:
        request.send_response(200)
        if is_stated:
            request.send_header("Content-Length", str(size))
        request.end_headers()
        request.wfile.write(bytes(size))
        return True

    server.misbehave = answer
    fetcher, target = Fetcher(_BOUNDS), tmp_path / "file"
    if is_taken:
        fetcher.fetch_file(address(server), target, hashlib.sha256(bytes(size)).hexdigest())
        assert target.stat().st_size == size
        assert len(fetcher.fetch_page(address(server), "*/*")[1]) == size
        return
    with pytest.raises(TooLarge):
        fetcher.fetch_file(address(server), target, None)
    assert target.stat().st_size <= _MIB
    with pytest.raises(IndexTrouble, match="a page of over 1 MiB"):
        fetcher.fetch_page(address(server), "*/*")


def test_a_failure_that_passes_is_borne(server: IndexServer, tmp_path: Path) -> None:
    tries = itertools.count(1)

    def answer(request: BaseHTTPRequestHandler) -> bool:
        attempt = next(tries)
        if attempt == 1:
            send(request, 503, "text/plain", b"later")
        elif attempt == 2:  # half an answer
            request.send_response(200)
            request.send_header("Content-Length", "8")
            request.end_headers()
            request.wfile.write(b"half")
        else:
            send(request, 200, "text/plain", b"entirely")
        return True

    server.misbehave = answer
    Fetcher(_BOUNDS).fetch_file(address(server), tmp_path / "file", hashlib.sha256(b"entirely").hexdigest())
    assert (tmp_path / "file").read_bytes() == b"entirely"


def test_an_answer_that_drips_for_ever_is_given_up(server: IndexServer) -> None:
    def drip(request: BaseHTTPRequestHandler) -> bool:
        request.send_response(200)
        request.end_headers()
        for _ in range(200):
            request.wfile.write(b".")
            time.sleep(0.05)
        return True

    server.misbehave = drip
    with pytest.raises(IndexTrouble, match="it took too long"):
        Fetcher(dataclasses.replace(_BOUNDS, page_s=1)).fetch_page(address(server), "*/*")


def test_what_a_page_named_is_fetched_once_and_nothing_else(tmp_path: Path) -> None:
    wheel = make_wheel("small")
    with serve_index(wheel, offers_metadata=True) as server:
        gateway = Gateway(server.index, _BOUNDS, tmp_path)
        page = gateway.answer("/0/small/")
        assert isinstance(page.body, bytes)
        path = page.body.decode().partition('"url": "')[2].partition('"')[0]
        assert server.url.rpartition("/")[0] not in page.body.decode(), "pip asks the relay alone"
        for _ in range(2):
            assert b"".join(gateway.answer(path).chunks()) == wheel.content
            assert b"".join(gateway.answer(f"{path}.metadata").chunks()) == wheel.metadata
        assert server.requests.count(f"/files/{wheel.filename}") == 1
        before = len(server.requests)
        for other in (f"{path}.asc", path.replace("small", "other"), f"{path}/..", f"{path}?x", path.upper()):
            assert gateway.answer(other).status == 404
        assert len(server.requests) == before


def test_credentials_go_to_files_of_the_index_s_own_host(tmp_path: Path) -> None:
    with serve_index(make_wheel("small")) as server:
        index = Index((server.url.replace("//", "//us%20er:pa%40ss@"),))
        gateway = Gateway(index, _BOUNDS, tmp_path)
        page = gateway.answer("/0/small/").body
        assert isinstance(page, bytes)
        assert gateway.answer(page.decode().partition('"url": "')[2].partition('"')[0]).status == 200
        assert [seen.get("Authorization") for seen in server.headers_seen] == [_CREDENTIALS] * 2


def test_all_files_together_are_bounded(tmp_path: Path) -> None:
    archives = [make_wheel("big", f"{n}.0", files={"big.bin": bytes(600_000)}, stored=True) for n in (1, 2)]
    with serve_index(*archives) as server:
        gateway = Gateway(server.index, dataclasses.replace(_BOUNDS, all_files_mib=1), tmp_path)
        page = gateway.answer("/0/big/").body
        assert isinstance(page, bytes)
        first, second = (part.partition('"')[0] for part in page.decode().split('"url": "')[1:])
        assert gateway.answer(first).status == 200
        with pytest.raises(DependencyError, match="over 1 MiB of wheels"):
            gateway.answer(second)
