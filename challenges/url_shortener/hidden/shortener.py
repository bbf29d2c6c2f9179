"""How the hidden tests speak to a shortener: every post is a client's own unless a test says otherwise."""

from __future__ import annotations

import contextlib
import itertools
import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from grader.examiner import expect

CREATED = ("code", "url", "short_url", "created_at", "expires_at")
STATISTICS = ("code", "url", "clicks", "created_at", "last_clicked_at", "expires_at")
SHOWS_WITHIN_S = 2.0
MARGIN_S = 1.5
ANSWER_S = 10.0
ALL_ANSWERS_S = 30.0
LONGEST_LINE = 4096
CODE = re.compile(r"[A-Za-z0-9_-]{4,12}")
_numbers = itertools.count(1)


def new_key() -> str:
    """Return a client that has not posted yet."""
    return f"client-{next(_numbers)}"


def new_alias(about: str = "alias") -> str:
    """Return an alias that was not used yet."""
    return f"{about}-{next(_numbers)}"


def new_url() -> str:
    """Return a URL that was not posted yet."""
    return f"https://example.com/page/{next(_numbers)}?from=test"


def post(http: Any, key: str | None = "", **fields: Any) -> Any:
    """Post a link, under a key of its own, or under `key`, or under none if that is `None`."""
    headers = {} if key is None else {"X-API-Key": key or new_key()}
    return http.post("/links", json={"url": new_url(), **fields}, headers=headers)


def create(http: Any, **fields: Any) -> dict[str, Any]:
    """Post a link that must be taken; return the answer's fields."""
    answer = post(http, **fields)
    expect(answer.status, 201, "the status of a post that is right")
    return fields_of(answer, CREATED, "the answer to POST /links")


def fields_of(answer: Any, names: Iterable[str], what: str) -> dict[str, Any]:
    """Return an answer's JSON object; others than the named fields may be there, too."""
    document = answer.json()
    expect(type(document).__name__, "dict", f"{what} is a JSON object")
    expect([name for name in names if name not in document], [], f"no field is missing from {what}")
    return document


def statistics(http: Any, code: str) -> dict[str, Any]:
    """Return a link's statistics, which must be there."""
    answer = http.get(f"/links/{code}/stats")
    expect(answer.status, 200, "the status of a known link's statistics")
    return fields_of(answer, STATISTICS, "the statistics")


def clicks_of(http: Any, code: str, count: int, what: str) -> dict[str, Any]:
    """Wait until a link has a number of clicks, as long as they may take to show; return its statistics."""
    until = time.monotonic() + SHOWS_WITHIN_S + MARGIN_S
    found = statistics(http, code)
    while found["clicks"] != count and time.monotonic() < until:
        time.sleep(0.1)
        found = statistics(http, code)
    expect(found["clicks"], count, what)
    return found


def is_redirect(status: int) -> bool:
    """Tell whether a status sends on, in whatever way."""
    return 300 <= status < 400


def expect_redirect(answer: Any, url: str, what: str = "a known code") -> None:
    """Hold that an answer sends on to a URL; which redirect it is, is another question."""
    if not is_redirect(answer.status):
        expect(answer.status, 307, f"the status of a redirect by {what}")
    expect(answer.headers.get("Location"), url, f"the Location of a redirect by {what}")


def expect_gone(http: Any, code: str, what: str) -> None:
    """Hold that a code leads nowhere and has no statistics."""
    expect(http.get(f"/{code}").status, 404, f"the status of a redirect by {what}")
    expect(http.get(f"/links/{code}/stats").status, 404, f"the status of the statistics of {what}")


def expect_usual_service(http: Any) -> None:
    """Hold that a link can be created, used, read and deleted."""
    expect(http.get("/health").status, 200, "the status of GET /health")
    link = create(http)
    expect_redirect(http.get(f"/{link['code']}"), link["url"])
    clicks_of(http, link["code"], 1, "the clicks of a link that was used once")
    expect(http.delete(f"/links/{link['code']}").status, 204, "the status of a DELETE of a known link")


def click_at_once(http: Any, code: str, times: int) -> list[int]:
    """Click over a connection each, all of them sent before any answer is read; return the statuses.

    One thread does it: hundreds of threads of ours would stand in each other's way on the machine that they share
    with the service. Each connection is closed once it is answered, since servers may wait for that.
    """
    port = urlsplit(http.base_url).port
    request = f"GET /{code} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    statuses: list[int] = []
    with contextlib.ExitStack() as open_ones, contextlib.suppress(OSError, ValueError, IndexError):
        connections = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port), ANSWER_S))
            for _ in range(times)
        ]
        for connection in connections:
            connection.sendall(request)
        statuses += _statuses_from(connections)
    expect(len(statuses), times, f"the number of answers to {times} clicks at once")
    return statuses


def _statuses_from(connections: list[socket.socket]) -> Iterator[int]:
    """Yield the status of each answer as it comes, until one breaks off, floods or the time for all is over."""
    lines = dict.fromkeys(connections, b"")
    until = time.monotonic() + ALL_ANSWERS_S
    with selectors.DefaultSelector() as waiting:
        for connection in connections:
            waiting.register(connection, selectors.EVENT_READ)
        while lines and (left_s := until - time.monotonic()) > 0:
            for key, _ in waiting.select(left_s):
                connection = key.fileobj
                received = connection.recv(LONGEST_LINE)
                lines[connection] += received
                if b"\n" in lines[connection]:
                    waiting.unregister(connection)
                    connection.close()
                    yield int(lines.pop(connection).split()[1])
                elif not received or len(lines[connection]) >= LONGEST_LINE:
                    return


def moment(value: Any, what: str) -> datetime:
    """Return a time that must be ISO 8601 in UTC."""
    expect(type(value).__name__, "str", f"{what} is text")
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    is_utc = found is not None and value.endswith(("Z", "+00:00"))
    expect(is_utc, True, f"{what} is ISO 8601 and ends in Z or +00:00 (it is {value!r:.60})")
    return found


def wait_until_expired(http: Any) -> None:
    """Wait until links of one second that were created before have expired, or ought to have."""
    probe = create(http, expires_in=1)["code"]
    time.sleep(1.0)
    until = time.monotonic() + MARGIN_S
    while is_redirect(http.get(f"/{probe}").status) and time.monotonic() < until:
        time.sleep(0.05)


def expect_near(actual: datetime, wanted: datetime, what: str, within_s: float = 2.0) -> None:
    """Hold that two moments are the same but for rounding."""
    is_near = abs(actual - wanted) <= timedelta(seconds=within_s)
    expect(
        is_near,
        True,
        f"{what} is {wanted.isoformat()}, give or take {within_s:g} s (it is {actual.isoformat()})",
    )


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)
