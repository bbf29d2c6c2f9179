"""Newline-delimited JSON-RPC 2.0 over TCP, one thread a connection; both sides prove that they know a token."""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import os
import socket
import threading
import time
from typing import Any, Protocol

from .failures import describe
from .values import Unsendable

MAX_LINE = 64 * 2**20
MAX_ANSWER = 4 * 2**20 - 1024
CANDIDATE_ERROR = -32000
TOO_LARGE = -32001
BAD_REQUEST = -32600

_FREE_S = 1.0


class Answers(Protocol):
    """What a server asks for answers."""

    def answer(self, method: str, params: dict[str, Any]) -> object:
        """Return what JSON can hold, or raise."""


def proof(token: str, role: str, nonce: str) -> str:
    """Return what only one who knows the token can say, so that the token itself is never sent."""
    return hmac.digest(token.encode(), f"{role}:{nonce}".encode(), hashlib.sha256).hex()


def listen(port: int) -> socket.socket:
    """Open the port on loopback. Raises `OSError`.

    A process that was killed a moment ago may still hold the port: that passes within `_FREE_S`.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    until = time.monotonic() + _FREE_S
    while True:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            break
    listener.listen(64)
    return listener


def serve(listener: socket.socket, token: str, greeting: dict[str, Any], answers: Answers) -> None:
    """Take connections until the process is killed; `greeting` is what a client learns once it is known."""
    while True:
        connection, _ = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(connection, token, greeting, answers)
        threading.Thread(target=client.run, daemon=True).start()


class _Client:
    """One connection: first the hello, then requests one by one."""

    def __init__(
        self, connection: socket.socket, token: str, greeting: dict[str, Any], answers: Answers
    ) -> None:
        self._connection = connection
        self._token = token
        self._greeting = greeting
        self._answers = answers
        self._nonce = os.urandom(16).hex()
        self._is_known = False

    def run(self) -> None:
        """Answer until the other side closes, or says what is no request."""
        try:
            with self._connection, self._connection.makefile("rb", buffering=65536) as lines:
                while line := lines.readline(MAX_LINE):
                    self._connection.sendall(self._reply(line) + b"\n")
        except (OSError, ValueError):
            return

    def _reply(self, line: bytes) -> bytes:
        request = json.loads(line)
        number, method, params = request["id"], request["method"], request["params"]
        if method == "hello":
            return _result(number, self._hello(**params))
        if not self._is_known:
            return _error(number, BAD_REQUEST, "say hello first")
        try:
            reply = _result(number, self._answers.answer(method, params))
        except Unsendable as error:
            return _error(number, TOO_LARGE, str(error))
        except BaseException as error:
            return _error(number, CANDIDATE_ERROR, "the candidate's code raised", describe(error))
        if len(reply) > MAX_ANSWER:
            return _error(
                number, TOO_LARGE, f"the answer has {len(reply)} bytes; expected at most {MAX_ANSWER}"
            )
        return reply

    def _hello(self, nonce: str, proof_of_client: str = "") -> dict[str, Any]:
        """Prove ourselves in the first hello, and believe the client in the second."""
        expected = proof(self._token, "examiner", self._nonce)
        self._is_known = hmac.compare_digest(proof_of_client, expected)
        answer = {"proof": proof(self._token, "host", nonce), "nonce": self._nonce}
        return answer | self._greeting if self._is_known else answer


def _result(number: object, result: object) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "result": result}, separators=(",", ":")).encode()


def _error(number: object, code: int, message: str, data: object = None) -> bytes:
    error = {"code": code, "message": message, "data": data}
    return json.dumps({"jsonrpc": "2.0", "id": number, "error": error}, separators=(",", ":")).encode()
