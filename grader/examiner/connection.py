"""A connection to a host: strict JSON-RPC with a deadline for every answer; nothing of it is trusted."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket
import time
from collections.abc import Callable
from typing import Any

from grader.examiner.errors import CallTimedOut, CandidateError, Crashed, ProtocolBroken
from grader.examiner.examination import Address
from grader.examiner.wire import Malformed, decode, parse, text_of

MAX_LINE = 4 * 2**20
_CANDIDATE_ERROR = -32000
_RETRY_S = 0.01


class Impostor(ProtocolBroken):
    """Something listens on a sandbox's port that does not know the sandbox's token."""


def _proof(token: str, role: str, nonce: str) -> str:
    return hmac.digest(token.encode(), f"{role}:{nonce}".encode(), hashlib.sha256).hex()


class Connection:
    """One TCP connection; requests go one after another. Every method may raise a `SandboxLost`."""

    def __init__(self, stream: socket.socket) -> None:
        self._stream = stream
        self._buffer = bytearray()
        self._number = 0

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def greet(self, token: str, timeout_s: float) -> dict[str, Any]:
        """Prove to each other that both know the token, without sending it; return the host's greeting."""
        deadline = time.monotonic() + timeout_s
        nonce = os.urandom(16).hex()
        first = self._hello({"nonce": nonce}, deadline)
        if not hmac.compare_digest(
            text_of(first.get("proof"), 200).encode(), _proof(token, "host", nonce).encode()
        ):
            raise Impostor("broke the protocol: it does not know the token of its own sandbox")
        proof = _proof(token, "examiner", text_of(first.get("nonce"), 200))
        return self._hello({"nonce": nonce, "proof_of_client": proof}, deadline)

    def request(self, method: str, params: dict[str, Any], deadline: float) -> Any:  # noqa: ANN401 - undecoded JSON
        """Ask and return the undecoded result. Raises `CandidateError` for what the candidate's code raised."""
        self._number += 1
        frame = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": params}
        try:
            self._stream.settimeout(_left(deadline))
            self._stream.sendall(json.dumps(frame, separators=(",", ":")).encode() + b"\n")
            line = self._read_line(deadline)
        except TimeoutError:
            raise CallTimedOut("did not answer in time") from None
        except OSError as error:
            raise Crashed(f"closed the connection ({error.strerror or type(error).__name__})") from None
        try:
            return _result(parse(line), self._number)
        except Malformed as error:
            raise ProtocolBroken(f"broke the protocol: sent {error}") from None

    def _read_line(self, deadline: float) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if len(self._buffer) > MAX_LINE:
                raise ProtocolBroken(
                    f"broke the protocol: sent more than {MAX_LINE // 2**20} MiB as one answer"
                )
            self._stream.settimeout(_left(deadline))
            chunk = self._stream.recv(262_144)
            if not chunk:
                raise Crashed("closed the connection")
            self._buffer += chunk
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        if self._buffer:
            raise ProtocolBroken("broke the protocol: sent more than one answer to a call")
        return line

    def _hello(self, params: dict[str, Any], deadline: float) -> dict[str, Any]:
        try:
            value = self.request("hello", params, deadline)
        except CandidateError as error:
            raise ProtocolBroken(f"broke the protocol: raised {error.type!r} instead of greeting") from None
        if not isinstance(value, dict):
            raise ProtocolBroken("broke the protocol: its greeting is not an object")
        return value


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _result(frame: Any, number: int) -> Any:  # noqa: ANN401 - JSON
    """Return the result of a frame. Raises `Malformed`, and `CandidateError` for a reported exception."""
    if not isinstance(frame, dict) or frame.get("jsonrpc") != "2.0":
        raise Malformed("something that is no JSON-RPC 2.0 frame")
    if type(frame.get("id")) is not int or frame["id"] != number:
        raise Malformed("an answer to another call")
    if set(frame) == {"jsonrpc", "id", "result"}:
        return frame["result"]
    if set(frame) != {"jsonrpc", "id", "error"}:
        raise Malformed("a frame with other fields than `result` or `error`")
    error = frame["error"]
    if not isinstance(error, dict) or error.get("code") != _CANDIDATE_ERROR:
        text = text_of(error.get("message"), 200) if isinstance(error, dict) else ""
        raise Malformed(f"a failure instead of an answer: {text or 'without a message'}")
    raise candidate_error(error.get("data"))


def candidate_error(data: Any) -> CandidateError:  # noqa: ANN401 - JSON
    """Return the exception that an error's data describe. Raises `Malformed`."""
    mro = data.get("mro") if isinstance(data, dict) else None
    if not isinstance(mro, list):
        raise Malformed("an exception that is described wrongly")
    names = tuple(text_of(name, 100) for name in mro[:32])
    return CandidateError(text_of(data.get("type"), 100), names, text_of(data.get("message"), 2048))


def decoded(value: Any, resolve: Callable[[int], object]) -> Any:  # noqa: ANN401 - any value
    """Decode a result. Raises `ProtocolBroken`."""
    try:
        return decode(value, resolve)
    except (Malformed, RecursionError) as error:
        raise ProtocolBroken(f"broke the protocol: sent {error}") from None


def connect(address: Address, deadline: float) -> Connection:
    """Open a connection, trying again until something listens. Raises `CallTimedOut`."""
    while True:
        try:
            stream = socket.create_connection(("127.0.0.1", address.port), timeout=_left(deadline))
        except TimeoutError:
            raise CallTimedOut("did not listen in time") from None
        except OSError:
            time.sleep(_RETRY_S)
            continue
        if stream.getsockname() == stream.getpeername():  # a loopback port can be connected to itself
            stream.close()
            continue
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Connection(stream)
