"""Bodies that are no links, and requests that must not stop the service."""

import contextlib
import json
import socket
from urllib.parse import urlsplit

import pytest
from shortener import clicks_of, create, expect_redirect, expect_usual_service, new_alias, new_key, post

from grader.examiner import expect

GOOD = b'{"url": "https://example.com/"}'
TIMES = 80
ANSWER_S = 2.0


@pytest.mark.check("malformed_bodies")
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b" ", b"{", b"}", b"{]", b'{"url"', b'{"url":', b'{"url": "https://example.com/"', b"nothing"),
        *(
            b'{"url": "https://example.com/",}',
            b"{'url': 'https://example.com/'}",
            b'{url: "https://example.com/"}',
        ),
        *(
            GOOD + b"}",
            GOOD + GOOD,
            b"https://example.com/",
            b"url=https%3A%2F%2Fexample.com%2F",
            GOOD[:-2] + b"}",
        ),
        *(
            b"[]",
            b"null",
            b"5",
            b"true",
            b'"https://example.com/"',
            b"[" + GOOD + b"]",
            b'{"link": ' + GOOD + b"}",
        ),
    ],
    ids=lambda body: ascii(body)[2:40],
)
def test_a_body_that_is_no_json_object_is_refused(http, body):
    headers = {"Content-Type": "application/json", "X-API-Key": new_key()}
    answer = http.post("/links", content=body, headers=headers)
    expect(answer.status, 422, f"the status of a post of the body {body.decode()!r:.60}")


@pytest.mark.check("malformed_bodies")
def test_a_refused_body_stores_nothing(http):
    alias = new_alias()
    for wrong in ({"expires_in": 0}, {"url": "nowhere"}, {"url": None}):
        expect(post(http, alias=alias, **wrong).status, 422, f"the status of a post with {wrong!r}")
    expect(http.get(f"/{alias}").status, 404, "the status of a redirect by the alias of a post that was 422")
    link = create(http, alias=alias)
    expect_redirect(http.get(f"/{alias}"), link["url"], "an alias after posts that were 422")


def send(http, *parts, is_read=True):
    """Send bytes over a connection of their own; whatever comes back, or does not, is left open."""
    port = urlsplit(http.base_url).port
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S) as connection,
    ):
        for part in parts:
            connection.sendall(part)
        if is_read:
            connection.recv(65_536)


def spelled(method, path, body=b"", length=None, kind=b"application/json"):
    """Return a request as bytes; the length that it claims may differ from its body's."""
    length = len(body) if length is None else length
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind.decode()}\r\n"
        f"Content-Length: {length}\r\nX-API-Key: {new_key()}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


@pytest.mark.check("keeps_answering")
def test_requests_that_fail_leave_nothing_behind(http):
    taken = create(http, alias=new_alias())["code"]
    for _ in range(TIMES):
        http.get("/links/unknown/stats")
        http.get("/unknown")
        http.delete("/links/unknown")
    for _ in range(TIMES // 2):
        post(http, alias=taken)
        post(http, url="nowhere")
        http.post(
            "/links", content=b"{", headers={"Content-Type": "application/json", "X-API-Key": new_key()}
        )
    expect_usual_service(http)
    clicks_of(http, taken, 0, "the clicks of a link that was never used")


@pytest.mark.check("keeps_answering")
def test_other_methods_and_odd_paths_do_no_harm(http):
    code = create(http)["code"]
    paths = [
        "/",
        "/links",
        "/links/",
        f"/links/{code}",
        f"/links/{code}/stats",
        f"/{code}",
        f"/{code}/",
        "/health",
    ]
    for path in paths:
        for method in ("PUT", "PATCH", "OPTIONS", "TRACE", "POST", "DELETE", "BREW"):
            if (method, path) not in {("DELETE", f"/links/{code}"), ("DELETE", f"/{code}")}:
                send(http, spelled(method, path))
    for path in (
        "//",
        "/%00",
        "/%2F",
        "/%ff",
        "/%F0%9F%98%80",
        "/..",
        "/x" * 3000,
        "/?" + "q" * 3000,
        "/%",
        "*",
        "",
    ):
        for method in ("GET", "DELETE"):
            send(http, spelled(method, path))
        send(http, spelled("GET", f"/links{path}/stats"))
        send(http, spelled("DELETE", f"/links{path}"))
    expect_usual_service(http)


@pytest.mark.check("keeps_answering")
def test_odd_bodies_do_no_harm(http):
    odd = [
        b"[" * 100_000,
        b'{"url":' * 50_000,
        b'{"url": "https://example.com/' + b"x" * 3_000_000 + b'"}',
        b'{"expires_in": ' + b"9" * 10_000 + b', "url": "https://example.com/"}',
        b'{"expires_in": 1e400, "url": "https://example.com/"}',
        b'{"expires_in": NaN, "url": "https://example.com/"}',
        json.dumps({"url": "https://example.com/\0"}).encode(),
        json.dumps({"url": "https://example.com/\r\nSet-Cookie: a=b"}).encode(),
        json.dumps({"url": "https://example.com/", "alias": "\0\0\0"}).encode(),
        b'{"url": "https://example.com/\\ud800"}',
        b"\x00\x01\x02",
    ]
    for body in odd:
        send(http, spelled("POST", "/links", body))
        send(http, spelled("POST", "/links", body, kind=b"text/plain"))
    expect_usual_service(http)


@pytest.mark.check("keeps_answering")
@pytest.mark.parametrize(
    "url", ["https://example.com/\0", "https://example.com/\r\nX: y", "https://example.com/\ud800"]
)
def test_a_link_that_was_taken_can_be_used_without_harm(http, url):
    alias = new_alias()
    for _ in range(5):
        send(http, spelled("POST", "/links", json.dumps({"url": url, "alias": alias}).encode()))
        for path in (f"/{alias}", f"/links/{alias}/stats"):
            send(http, spelled("GET", path))
        send(http, spelled("DELETE", f"/links/{alias}"))
    expect_usual_service(http)


@pytest.mark.check("keeps_answering")
def test_connections_that_break_off_do_no_harm(http):
    code = create(http)["code"]
    for _ in range(10):
        send(http, is_read=False)
        send(http, b"GET /", is_read=False)
        send(http, spelled("POST", "/links", GOOD, length=500), is_read=False)
        send(http, spelled("GET", f"/{code}"), is_read=False)
        send(http, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 nonsense\r\n\r\n")
    expect_usual_service(http)
