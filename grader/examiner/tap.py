"""A way into a database that counts what comes back through it: rows, and bytes of any kind.

A subject that connects to the tap's port speaks to its own server as ever; the passwords go through, since nothing is
encrypted within a pod. What passes is counted here, on the trusted side, before the subject sees it.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

_CHUNK = 262_144
_HEAD = 5  # a message's type and length
_FIRST = struct.Struct("!II")
_ENCRYPTION_REQUESTS = {80877103, 80877104}  # SSLRequest, GSSENCRequest: answered with N, there is none
_ROWS = frozenset(b"Dd")  # DataRow, and CopyData for what `COPY … TO STDOUT` sends


class Tap:
    """Listens on a port of the loopback and hands connections on to a server; `rows` and `bytes` only grow.

    `ports` are those from which the server sees the connections come.
    """

    def __init__(self, server_port: int) -> None:
        self.rows = 0
        self.bytes = 0
        self.ports: set[int] = set()
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._streams: list[socket.socket] = [self._listener]
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Close every connection."""
        for stream in self._streams:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)
            stream.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                return
            self._streams += [client, server]
            self.ports.add(server.getsockname()[1])
            for stream in (client, server):
                stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for work, streams in ((_ask, (client, server)), (self._answer, (server, client))):
                threading.Thread(target=_quietly, args=(work, *streams), daemon=True).start()

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        meter = Meter()
        while data := server.recv(_CHUNK):
            self.rows += meter.rows_in(data)
            self.bytes += len(data)
            client.sendall(data)


class Meter:
    """Counts the rows in what a server sends, however it is cut into pieces."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0

    def rows_in(self, data: bytes) -> int:
        """Return how many rows begin in the next piece."""
        rows, at = 0, 0
        while at < len(data):
            skipped = min(self._left, len(data) - at)
            self._left -= skipped
            at += skipped
            if self._left == 0 and at < len(data):
                taken = data[at : at + _HEAD - len(self._head)]
                self._head += taken
                at += len(taken)
                if len(self._head) == _HEAD:
                    rows += self._head[0] in _ROWS
                    self._left = int.from_bytes(self._head[1:], "big") - (_HEAD - 1)
                    self._head = b""
        return rows


def _ask(client: socket.socket, server: socket.socket) -> None:
    """Hand on what a client sends, but for its question whether it may encrypt."""
    while True:
        first = _exactly(client, _FIRST.size)
        if _FIRST.unpack(first)[1] not in _ENCRYPTION_REQUESTS:
            break
        client.sendall(b"N")
    server.sendall(first)
    while data := client.recv(_CHUNK):
        server.sendall(data)


def _exactly(stream: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = stream.recv(size - len(data))
        if not piece:
            raise OSError("the connection ended before its first message")
        data += piece
    return data


def _quietly(work: Callable[[socket.socket, socket.socket], None], *streams: socket.socket) -> None:
    """Work until a side ends the connection, and end it on both."""
    with contextlib.suppress(OSError):
        work(*streams)
    for stream in streams:
        with contextlib.suppress(OSError):
            stream.shutdown(socket.SHUT_RDWR)
