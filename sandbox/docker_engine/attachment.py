"""The attach stream of a container: Docker's frames taken apart, drained in a thread, never left to fill up."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from typing import Any

from docker import APIClient

STDOUT = 1
_HEADER = struct.Struct(">BxxxL")
_CHUNK = 64 * 1024
_SEND_TIMEOUT_S = 60.0
"""A sandbox that does not read its input for so long is treated as one that has ended."""


class Attachment:
    """Standard input and both outputs of one container, from before its start until its end.

    `receive` gets each piece of output with the number of its stream, on the draining thread.
    """

    def __init__(self, api: APIClient, container: str, *, with_input: bool) -> None:
        wanted = {"stdin": int(with_input), "stdout": 1, "stderr": 1, "stream": 1}
        self._response = api.attach_socket(container, params=wanted)  # holds the connection open
        self._socket: Any = getattr(self._response, "_sock", self._response)
        self._socket.settimeout(_SEND_TIMEOUT_S)
        self._sending = threading.Lock()
        self._drainer: threading.Thread | None = None

    def drain(self, receive: Callable[[int, bytes], None], at_end: Callable[[], None]) -> None:
        """Begin to read in a thread of its own."""
        self._drainer = threading.Thread(
            target=self._read_all, args=(receive, at_end), name="sandbox-output", daemon=True
        )
        self._drainer.start()

    def send(self, data: bytes) -> None:
        """Write to standard input. Raises `BrokenPipeError`."""
        with self._sending:
            try:
                self._socket.sendall(data)
            except OSError as error:
                raise BrokenPipeError(f"the sandbox takes no input any more: {error}") from error

    def join(self, timeout_s: float) -> None:
        """Wait until everything that was printed has been received."""
        if self._drainer is not None:
            self._drainer.join(timeout_s)

    def close(self) -> None:
        """Hang up. Shutting down first is what wakes a reader; closing alone would leave the engine writing."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.join(5)
        with contextlib.suppress(OSError):
            self._response.close()
            self._socket.close()

    def _read_all(self, receive: Callable[[int, bytes], None], at_end: Callable[[], None]) -> None:
        try:
            with contextlib.suppress(EOFError, OSError):
                while True:
                    stream, length = _HEADER.unpack(self._read(_HEADER.size))
                    while length:
                        piece = self._receive(min(length, _CHUNK))
                        length -= len(piece)
                        receive(stream, piece)
        finally:
            at_end()

    def _read(self, size: int) -> bytes:
        data = self._receive(size)
        while len(data) < size:
            data += self._receive(size - len(data))
        return data

    def _receive(self, size: int) -> bytes:
        while True:
            try:
                data: bytes = self._socket.recv(size)
            except TimeoutError:
                continue  # the time-out is for sending; a silent sandbox is fine
            if not data:
                raise EOFError
            return data
