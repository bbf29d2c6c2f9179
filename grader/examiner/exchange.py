"""One HTTP exchange with a deadline and bounds on everything that comes back."""

from __future__ import annotations

import http.client
import itertools
import json
import select
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.examiner.errors import CallTimedOut, Crashed, ProtocolBroken, Unexpected
from grader.examiner.showing import show
from grader.examiner.visitors import user_agent
from grader.examiner.wire import Malformed, parse

MAX_BODY = 4 * 2**20
MAX_ANSWER = 2 * MAX_BODY
"""Bytes of an answer with all that is around its body: interim answers, headers, sizes of chunks, trailers."""

_REPEATABLE = frozenset({"GET", "HEAD", "DELETE", "PUT", "OPTIONS"})
_visitors = itertools.count()


class Headers(Mapping[str, str]):
    """The headers of an answer, whatever the case of their names; of several the last one counts."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs
        self._values = {name.lower(): value for name, value in pairs}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; redirects are never followed."""

    status: int
    headers: Headers
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, undecodable bytes replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """Return the body, which must be strict JSON. Raises `Unexpected`."""
        try:
            return parse(self.body)
        except Malformed as error:
            raise Unexpected(f"the body is {error}", "a JSON document", show(self.text)) from None


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: `content` is the body as bytes."""

    method: str
    path: str
    content: bytes | None = None
    headers: Mapping[str, str] | None = None

    def spelled(self) -> str:
        """Return it as people write it."""
        headers = "".join(f" [{name}: {value}]" for name, value in (self.headers or {}).items())
        body = f" {show(self.content.decode('utf-8', 'backslashreplace'), 300)[1:-1]}" if self.content else ""
        return f"{self.method} {show(self.path, 300)[1:-1]}{headers}{body}"


def make_request(
    method: str,
    path: str,
    *,
    json: object = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Request:
    """Return a request; `json` is written as the body, with its content type."""
    if json is not None:
        content = _written(json)
        headers = {"Content-Type": "application/json", **(headers or {})}
    return Request(method.upper(), path, content, headers)


def _written(value: object) -> bytes:
    return json.dumps(value).encode()


class _Flooded(Exception):  # noqa: N818 - a state of affairs
    """More came than an answer may have, counted where nothing that is said of its length can deceive."""


class _Bounded(socket.socket):
    """A socket whose reads and writes all end at one deadline, however slowly bytes drip, and after so many bytes."""

    deadline = 0.0
    allowance = 0

    def recv_into(self, *args: Any) -> int:  # noqa: ANN401 - as the base class has it
        """Read, if there is time left. Raises `_Flooded`."""
        if self.allowance <= 0:
            raise _Flooded
        self.settimeout(_left(self.deadline))
        count = super().recv_into(*args)
        self.allowance -= count
        return count

    def sendall(self, *args: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Write, if there is time left."""
        self.settimeout(_left(self.deadline))
        super().sendall(*args)


class HttpConnection:
    """One client's connection to a server, opened when it is needed and kept while the server keeps it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._user_agent = user_agent(next(_visitors))
        self._client: http.client.HTTPConnection | None = None
        self._socket: _Bounded | None = None

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
        self._client = self._socket = None

    def open(self, deadline: float) -> None:
        """Connect, unless a connection is open. Raises `Crashed` and `CallTimedOut`."""
        if self._socket is not None and not self._is_closed(self._socket):
            return
        self.close()
        bounded = _Bounded(socket.AF_INET, socket.SOCK_STREAM)
        try:
            bounded.settimeout(_left(deadline))
            bounded.connect(("127.0.0.1", self._port))
        except TimeoutError:
            bounded.close()
            raise CallTimedOut("did not take the connection in time") from None
        except OSError as error:
            bounded.close()
            raise Crashed(f"refused the connection ({error.strerror})") from None
        bounded.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client = http.client.HTTPConnection("127.0.0.1", self._port)
        self._client.sock = self._socket = bounded

    def exchange(self, request: Request, deadline: float) -> Answer:
        """Send a request and read the whole answer. Raises a `SandboxLost`."""
        is_fresh = self._socket is None
        try:
            return self._attempt(request, deadline)
        except Crashed:
            if is_fresh or request.method not in _REPEATABLE:
                raise
        return self._attempt(request, deadline)  # the server may close an idle connection at any moment

    def _attempt(self, request: Request, deadline: float) -> Answer:
        self.open(deadline)
        assert self._client is not None and self._socket is not None  # noqa: PT018, S101 - `open` opens or raises
        self._socket.deadline, self._socket.allowance = deadline, MAX_ANSWER
        try:
            headers = {"User-Agent": self._user_agent, **(request.headers or {})}
            self._client.request(request.method, request.path, request.content, headers)
            response = self._client.getresponse()
            body = response.read(MAX_BODY + 1)
            is_over = response.isclosed() or not response.read(1)
        except TimeoutError:
            self.close()
            raise CallTimedOut("did not answer in time") from None
        except _Flooded:
            self.close()
            raise ProtocolBroken(
                f"broke the protocol: sent more than {MAX_ANSWER // 2**20} MiB as one answer"
            ) from None
        except (http.client.RemoteDisconnected, ConnectionError) as error:
            self.close()
            raise Crashed(f"closed the connection ({type(error).__name__})") from None
        except (http.client.HTTPException, OSError, ValueError) as error:
            self.close()
            raise ProtocolBroken(
                f"broke the protocol: sent no HTTP answer ({type(error).__name__})"
            ) from None
        if len(body) > MAX_BODY or not is_over:
            self.close()
            raise ProtocolBroken(f"broke the protocol: sent a body of more than {MAX_BODY // 2**20} MiB")
        if response.length:
            self.close()
            raise ProtocolBroken(f"broke the protocol: its answer ended {response.length} bytes too early")
        if response.will_close:
            self.close()
        return Answer(response.status, Headers(response.getheaders()), body)

    def _is_closed(self, stream: socket.socket) -> bool:
        """Return whether the server closed the connection, or sent what nobody asked for."""
        return bool(select.select([stream], [], [], 0)[0])


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
