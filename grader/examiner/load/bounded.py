"""HTTP under load as in tests, in bounds and headers: of itself Locust's client takes and unpacks whatever comes."""

from __future__ import annotations

import zlib
from typing import Any

from geventhttpclient._parser import HTTPParseError
from geventhttpclient.response import HTTPResponse
from geventhttpclient.useragent import CompatResponse
from locust.contrib.fasthttp import FastHttpSession

from grader.examiner.exchange import MAX_ANSWER
from grader.examiner.visitors import user_agent


def bound_answers() -> None:
    """Let every answer from now on be a failed request where it is too long or compressed.

    Both errors are among those that Locust counts as failures.
    """
    take = HTTPResponse.feed

    def take_within_bounds(response: Any, data: str | bytes) -> None:  # noqa: ANN401 - the class that is changed
        response.taken = getattr(response, "taken", 0) + len(data)
        if response.taken > MAX_ANSWER:
            raise HTTPParseError(f"more than {MAX_ANSWER // 2**20} MiB came as one answer")
        take(response, data)

    HTTPResponse.feed = take_within_bounds  # type: ignore[method-assign,assignment]
    CompatResponse.unzipped = _refuse  # type: ignore[method-assign,assignment]


def _refuse(_response: object, gzip: bool = True, br: bool = False) -> bytes:  # noqa: ARG001 - as in the class
    raise zlib.error("the answer is compressed, which was not asked for")


def send_as_tests_do(session: FastHttpSession, number: int) -> None:
    """Let a user of a number send the headers that clients of tests send."""
    session.client.default_headers["User-Agent"] = user_agent(number)
    send = session.request

    def request(method: str, url: str, **options: Any) -> Any:  # noqa: ANN401 - as Locust has it
        headers = {"Accept-Encoding": "identity", **(options.pop("headers", None) or {})}
        return send(method, url, headers=headers, **options)

    session.request = request  # type: ignore[method-assign,assignment]
