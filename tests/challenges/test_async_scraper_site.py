"""The website of the hidden suite counts connections rightly, and says what its pages are told to say."""

import contextlib
import http.client
import importlib
import socket
import sys
import threading
import time
from pathlib import Path

import pytest

HIDDEN = Path(__file__).parents[2] / "challenges" / "async_scraper" / "hidden"
NAMES = ("answers", "records", "gates", "doors", "website")


@pytest.fixture(scope="module")
def suite():
    """The suite's own modules by their names, as its tests import them."""
    sys.path.insert(0, str(HIDDEN))
    try:
        yield {name: importlib.import_module(name) for name in NAMES}
    finally:
        sys.path.remove(str(HIDDEN))
        for name in NAMES:
            del sys.modules[name]


@pytest.fixture(scope="module")
def running(suite):
    opened = suite["website"].Website()
    yield opened
    opened.close()


@pytest.fixture
def site(running):
    running.clear()
    return running


def visit(site, path, *, host=1):
    """Ask for a path over a connection of its own; return status and body."""
    with contextlib.closing(http.client.HTTPConnection(f"127.0.0.{host}", site.port, timeout=5)) as visitor:
        visitor.request("GET", path)
        answer = visitor.getresponse()
        return answer.status, answer.read()


def contacts(suite, *spans):
    return [suite["records"].Contact(opened, closed) for opened, closed in spans]


@pytest.mark.parametrize(
    ("spans", "allowed", "seconds", "most"),
    [
        ([(0, 1), (0, 1)], 2, 0, 0),
        ([(0, 1), (0, 1)], 1, 1, 2),
        ([(0, 4), (1, 3), (2, 3)], 1, 2, 3),
        ([(0, 1), (1, 2), (2, 3)], 1, 0, 0),
        ([(0, 9), (1, 1.25), (5, 5.5)], 1, 0.5, 2),
    ],
)
def test_the_longest_excess_over_a_limit_is_found(suite, spans, allowed, seconds, most):
    found = suite["records"].excess(contacts(suite, *spans), allowed)
    assert (found.seconds, found.most) == (seconds, most)


def test_ten_and_eleven_connections_are_told_apart(suite):
    spans = [(number / 100, 5.0) for number in range(11)]
    assert suite["records"].peak(contacts(suite, *spans), 0.15) == 11
    assert suite["records"].peak(contacts(suite, *spans[1:]), 0.15) == 10


def test_a_moment_over_the_limit_is_left_aside(suite):
    assert suite["records"].peak(contacts(suite, (0, 2.0), (1.95, 4)), 0.15) == 1


def test_each_request_of_a_path_has_its_answer_and_the_last_one_stays(suite, site):
    answers = suite["answers"]
    site.put("/page", answers.page("One", status=503), answers.page("Two"))
    said = [visit(site, "/page") for _ in range(3)]
    assert [status for status, _ in said] == [503, 200, 200]
    assert [b"One" in body for _, body in said] == [True, False, False]
    assert site.paths() == ["/page"] * 3


def test_every_connection_is_noted_with_its_end(suite, site):
    site.put("/page", suite["answers"].page(), host=3)
    visit(site, "/page", host=4)
    [contact] = site.contacts
    until = time.monotonic() + 5
    while contact.closed_at is None and time.monotonic() < until:
        time.sleep(0.01)
    assert contact.closed_at > contact.opened_at
    assert [one.path for one in contact.visits] == ["/page"]


def test_a_gate_opens_while_enough_visitors_stand_there(suite, site):
    gate = suite["gates"].Gate(2, 4)
    urls = [f"/{number}" for number in range(4)]
    for path in urls:
        site.put(path, suite["answers"].page(path), gate=gate)
    threads = [
        threading.Thread(target=lambda part=part: [visit(site, path) for path in part])
        for part in (urls[::2], urls[1::2])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert gate.fewest is None
    assert sorted(site.paths()) == urls


def test_a_gate_tells_how_few_came(suite, site):
    gate = suite["gates"].Gate(2, 4)
    site.put("/alone", suite["answers"].page(), gate=gate)
    assert visit(site, "/alone")[0] == 200
    assert gate.fewest == 1


def test_a_refusing_port_refuses_and_a_deaf_one_does_neither(suite):
    doors = suite["doors"].Doors()
    try:
        ports = [int(url.rstrip("/").rpartition(":")[2]) for url in (doors.refusing, doors.deaf)]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", ports[0]), timeout=1)
        with pytest.raises(TimeoutError):
            socket.create_connection(("127.0.0.1", ports[1]), timeout=0.3)
    finally:
        doors.close()
