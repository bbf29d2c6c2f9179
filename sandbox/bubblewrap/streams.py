"""What comes out of a sandbox: captured with a bound, or cut into lines."""

from __future__ import annotations

import collections
import contextlib
import os
import threading
from collections.abc import Iterator

from sandbox.contract import Output

_CHUNK = 65536


class Capture:
    """The beginning and the end of a stream, and how long it was."""

    def __init__(self, head_bytes: int, tail_bytes: int) -> None:
        self._head_bytes = head_bytes
        self._tail_bytes = tail_bytes
        self._lock = threading.Lock()
        self._head = bytearray()
        self._tail: collections.deque[bytes] = collections.deque()
        self._in_tail = 0
        self.total_bytes = 0

    def take(self, data: bytes) -> None:
        """Take what came out next."""
        with self._lock:
            self.total_bytes += len(data)
            room = self._head_bytes - len(self._head)
            self._head += data[:room]
            if rest := data[room:]:
                self._tail.append(rest)
                self._in_tail += len(rest)
            while self._tail and self._in_tail - len(self._tail[0]) >= self._tail_bytes:
                self._in_tail -= len(self._tail.popleft())

    def output(self) -> Output:
        """Return what is kept so far."""
        with self._lock:
            tail = b"".join(self._tail)[-self._tail_bytes :]
            return Output(bytes(self._head), tail, self.total_bytes)


class LineReader:
    """Cuts a pipe into lines as they are asked for; who does not ask makes the writer wait.

    A line over `limit` bytes raises `OverflowError`. The pipe is closed at its end.
    """

    def __init__(self, pipe: int, limit: int) -> None:
        self._pipe: int | None = pipe
        self._limit = limit
        self._lock = threading.Lock()
        self._buffer = bytearray()
        self._searched = 0

    def lines(self) -> Iterator[bytes]:
        """Yield line by line, without the newline, until the end; the last one may lack it."""
        while (line := self._next()) is not None:
            yield line

    def finish(self) -> None:
        """Take what is left in the pipe, once nothing can be written to it any more, and close it."""
        with self._lock:
            if self._pipe is not None:
                os.set_blocking(self._pipe, False)
            with contextlib.suppress(BlockingIOError):
                while self._fill():
                    pass

    def _next(self) -> bytes | None:
        with self._lock:
            while (end := self._buffer.find(b"\n", self._searched)) < 0:
                self._searched = len(self._buffer)
                if self._searched > self._limit:
                    raise OverflowError(f"a line of over {self._limit} bytes")
                if not self._fill():
                    return self._rest()
            if end > self._limit:
                raise OverflowError(f"a line of over {self._limit} bytes")
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._searched = 0
            return line

    def _fill(self) -> bool:
        if self._pipe is None:
            return False
        data = os.read(self._pipe, _CHUNK)
        if not data:
            os.close(self._pipe)
            self._pipe = None
        self._buffer += data
        return bool(data)

    def _rest(self) -> bytes | None:
        rest = bytes(self._buffer) or None
        self._buffer.clear()
        self._searched = 0
        return rest
