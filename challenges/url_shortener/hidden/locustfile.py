"""Load: redirects and posts, every answer checked; every post has another URL, and clients change in time."""

from __future__ import annotations

import http.client
import itertools
import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from locust import task
from locust.contrib.fasthttp import FastHttpUser

FEW_LINKS = 100
COUNTED_LINKS = 40
MANY_LINKS = 10_000
MANY_CLICKS = 5_000
PREPARING_S = 2.0
POSTS_OF_A_KEY = 50
CONNECTIONS = 4
CLICKS_OF_A_NEW_LINK = 40
_numbers = itertools.count(1)


class Poster:
    """Posts links over a connection of its own, as a client whose name changes before its limit."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        self._keys = new_keys()

    def post(self, alias: str | None = None) -> tuple[str, str]:
        """Store a link; return its code and URL."""
        url = drawn_url()
        headers = {"Content-Type": "application/json", "X-API-Key": next(self._keys)}
        fields = {"url": url} if alias is None else {"url": url, "alias": alias}
        status, _, body = self.send("POST", "/links", json.dumps(fields), headers)
        assert status == 201, f"POST /links answered {status}, expected 201"
        return str(json.loads(body)["code"]), url

    def click(self, code: str) -> None:
        """Use a link."""
        status, _, _ = self.send("GET", f"/{code}")
        assert 300 <= status < 400, f"GET /{{code}} answered {status}, expected a redirect"

    def send(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Any:
        """Send a request; return status, headers and body."""
        self._connection.request(method, path, body, headers or {})
        answer = self._connection.getresponse()
        return answer.status, answer.headers, answer.read()


def new_keys() -> Iterator[str]:
    """Return the key for each post: a new client's before the last one reaches its limit."""
    while True:
        yield from [uuid.uuid4().hex] * POSTS_OF_A_KEY


def drawn_url() -> str:
    """Return a URL that was not posted before."""
    return f"https://example.com/load/{next(_numbers)}?{random.getrandbits(64):x}"


def post_links(side: Any, times: int) -> list[tuple[str, str]]:
    """Post `times` links over some connections at once, or as many as a few seconds allow; return them."""
    links: list[tuple[str, str]] = []
    until = time.monotonic() + PREPARING_S

    def work() -> None:
        poster = Poster(side.base_url)
        while len(links) < times and time.monotonic() < until:
            links.append(poster.post())

    run_together(work)
    return links


def run_together(work: Callable[[], None]) -> None:
    """Run `work` once for each connection, and raise the first error."""
    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


class Shortener(FastHttpUser):
    """A visitor who knows some links and checks where they lead."""

    abstract = True
    network_timeout = 5.0
    connection_timeout = 5.0
    prepared: list[tuple[str, str]]
    number: int
    seed: int

    def on_start(self) -> None:
        """Draw links in an order of this user's own."""
        self.random = random.Random(f"{self.seed}:{self.number}")

    def follow(self, code: str, url: str) -> None:
        """Click, and hold that the answer is the redirect that it must be."""
        with self.client.get(
            f"/{code}", allow_redirects=False, catch_response=True, name="/{code}"
        ) as answer:
            if not 300 <= answer.status_code < 400:
                answer.failure(f"GET /{{code}} answered {answer.status_code}, expected a redirect")
            elif answer.headers.get("Location") != url:
                answer.failure("GET /{code} led to another URL than the one that was posted")


class Redirects(Shortener):
    """Clicks on a hundred links in turn."""

    abstract = True
    links = FEW_LINKS

    @classmethod
    def prepare(cls, side: Any) -> list[tuple[str, str]]:
        """Post the links."""
        return post_links(side, cls.links)

    @task
    def click(self) -> None:
        """Use one of the links."""
        self.follow(*self.random.choice(self.prepared))


class CountedLinks(Redirects):
    """Clicks on links whose codes the test knows, so that it can ask afterwards how often they were used."""

    abstract = True

    @classmethod
    def prepare(cls, side: Any) -> list[tuple[str, str]]:
        """Post the links."""
        poster = Poster(side.base_url)
        return [poster.post(f"counted-{number}") for number in range(COUNTED_LINKS)]


class FewLinks(Redirects):
    """Clicks where few links are stored."""

    abstract = True


class ManyLinks(Redirects):
    """Clicks where many links are stored."""

    abstract = True
    links = MANY_LINKS


class NewLinks(Redirects):
    """Clicks of all users on one link, and soon on the next, so that none was used often."""

    abstract = True
    links = 400
    clicks = itertools.count()

    @task
    def click(self) -> None:
        """Use the link whose turn it is."""
        turn = next(self.clicks) // CLICKS_OF_A_NEW_LINK
        self.follow(*self.prepared[turn % len(self.prepared)])


class UsedLink(Shortener):
    """Clicks on one link that was used some thousand times."""

    abstract = True

    @classmethod
    def prepare(cls, side: Any) -> list[tuple[str, str]]:
        """Post a link and click it, as often as a few seconds allow."""
        [(code, url)] = post_links(side, 1)[:1]
        until = time.monotonic() + PREPARING_S
        left = itertools.count(MANY_CLICKS, -1)

        def work() -> None:
            poster = Poster(side.base_url)
            while next(left) > 0 and time.monotonic() < until:
                poster.click(code)

        run_together(work)
        return [(code, url)]

    @task
    def click(self) -> None:
        """Use the link."""
        self.follow(*self.prepared[0])


class Posts(Shortener):
    """Creates links, each with a URL of its own, as clients that stay below their limit."""

    abstract = True

    @classmethod
    def prepare(cls, side: Any) -> list[tuple[str, str]]:
        """Begin with some links."""
        return post_links(side, FEW_LINKS)

    def on_start(self) -> None:
        """Begin as a new client."""
        super().on_start()
        self.keys = new_keys()

    @task
    def create(self) -> None:
        """Post a link and check the answer."""
        url, headers = drawn_url(), {"X-API-Key": next(self.keys)}
        with self.client.post("/links", json={"url": url}, headers=headers, catch_response=True) as answer:
            if answer.status_code != 201:
                answer.failure(f"POST /links answered {answer.status_code}, expected 201")
            elif not leads_there(answer.text, answer.headers.get("Location"), url):
                answer.failure("POST /links answered with another link than the one that was posted")


def leads_there(body: str | None, location: str | None, url: str) -> bool:
    """Tell whether the answer to a post is right."""
    try:
        link = json.loads(body or "")
    except ValueError:
        return False
    return isinstance(link, dict) and link.get("url") == url and location == f"/{link.get('code')}"
