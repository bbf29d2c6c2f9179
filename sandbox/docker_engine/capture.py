"""What a sandbox prints: counted whole, kept at both ends, cut into lines where it is a channel."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

from sandbox.contract import Output


class Capture:
    """The first and the last bytes of a stream of any length."""

    def __init__(self, head_bytes: int, tail_bytes: int) -> None:
        self._head_bytes, self._tail_bytes = head_bytes, tail_bytes
        self._head, self._tail = bytearray(), bytearray()
        self._total = 0
        self._lock = threading.Lock()

    def add(self, data: bytes) -> None:
        """Take what was printed next."""
        with self._lock:
            self._total += len(data)
            room = self._head_bytes - len(self._head)
            self._head += data[:room]
            self._tail += data[room:][-self._tail_bytes :]
            if len(self._tail) > 2 * self._tail_bytes:
                del self._tail[: -self._tail_bytes]

    def output(self) -> Output:
        """Return what is kept so far."""
        with self._lock:
            return Output(bytes(self._head), bytes(self._tail[-self._tail_bytes :]), self._total)


class Lines:
    """Lines of a stream as they are completed; the last one counts without its newline."""

    def __init__(self, longest_bytes: int) -> None:
        self._longest = longest_bytes
        self._begun = bytearray()
        self._done: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def add(self, data: bytes) -> bool:
        """Take what came next; return whether every line is still short enough."""
        *whole, rest = data.split(b"\n")
        for part in whole:
            if len(self._begun) + len(part) > self._longest:
                return False
            self._begun += part
            self._done.put(bytes(self._begun))
            self._begun.clear()
        self._begun += rest
        return len(self._begun) <= self._longest

    def close(self) -> None:
        """Say that nothing more will come."""
        if self._begun:
            self._done.put(bytes(self._begun))
            self._begun.clear()
        self._done.put(None)

    def __iter__(self) -> Iterator[bytes]:
        while (line := self._done.get()) is not None:
            yield line
        self._done.put(None)  # for whoever asks again
