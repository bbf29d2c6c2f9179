"""Listens on the pod's loopback and hands each request to the grader: `python relay.py PORT`.

Standard output carries requests, standard input the answers, both as JSON lines. No other way leads out of the pod.
"""

from __future__ import annotations

import base64
import itertools
import json
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_WAITING = 16
_PUT_S = 0.2


class Exchange:
    """One request that waits for the parts of its answer; a slow reader makes the sender wait."""

    def __init__(self) -> None:
        self._parts: queue.Queue[dict[str, Any]] = queue.Queue(_WAITING)
        self.is_over = False

    def deliver(self, part: dict[str, Any]) -> None:
        """Hand over the next part, unless nobody waits for it any more."""
        while not self.is_over:
            try:
                self._parts.put(part, timeout=_PUT_S)
            except queue.Full:
                continue
            return

    def next(self) -> dict[str, Any]:
        """Wait for the next part."""
        return self._parts.get()


class Bridge:
    """Standard input and output, shared by all requests."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._exchanges: dict[int, Exchange] = {}

    def say(self, message: dict[str, Any]) -> None:
        """Write one line to the grader."""
        with self._lock:
            sys.stdout.write(json.dumps(message) + "\n")
            sys.stdout.flush()

    def ask(self, path: str) -> tuple[int, Exchange]:
        """Pass a request on; `close` must follow."""
        with self._lock:
            number, exchange = next(self._numbers), Exchange()
            self._exchanges[number] = exchange
        self.say({"id": number, "path": path})
        return number, exchange

    def close(self, number: int) -> None:
        """Forget a request."""
        with self._lock:
            self._exchanges.pop(number).is_over = True

    def listen(self) -> None:
        """Deliver the grader's answers until it hangs up."""
        for line in sys.stdin.buffer:
            part = json.loads(line)
            with self._lock:
                exchange = self._exchanges.get(part["id"])
            if exchange is not None:
                exchange.deliver(part)


def make_handler(bridge: Bridge) -> type[BaseHTTPRequestHandler]:
    """Return the class that answers requests over a bridge."""

    class Handler(BaseHTTPRequestHandler):
        """Answers `GET` with what the grader says."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Pass the path on and the answer back."""
            number, exchange = bridge.ask(self.path)
            try:
                self._answer(exchange)
            finally:
                bridge.close(number)

        def _answer(self, exchange: Exchange) -> None:
            head = exchange.next()
            self.send_response(head["status"])
            self.send_header("Content-Type", head["type"])
            self.send_header("Content-Length", str(head["length"]))
            self.end_headers()
            left = head["length"]
            while left > 0:
                data = base64.b64decode(exchange.next()["data"])
                self.wfile.write(data)
                left -= len(data)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base's own name
            """Keep quiet: the grader knows what was asked."""

    return Handler


def main() -> None:
    """Serve until the grader hangs up."""
    bridge = Bridge()
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), make_handler(bridge))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bridge.say({"listening": server.server_address[1]})
    bridge.listen()


if __name__ == "__main__":
    main()
