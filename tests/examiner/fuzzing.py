"""How much is fuzzed, and the peer that plays a fuzzed answer over a real socket.

`GRADER_FUZZ=nightly` fuzzes twenty times as much, at random; otherwise the cases are the same in every run.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

IS_NIGHTLY = os.environ.get("GRADER_FUZZ") == "nightly"
DEADLINE_S = 0.1
SLACK_S = 10.0
"""A hang would last until a test is killed; a busy machine may well need some seconds."""

_FACTOR = 20 if IS_NIGHTLY else 1
_RESET = struct.pack("ii", 1, 0)

Fuzzed = Callable[[Callable[..., Any]], Callable[..., Any]]


def fuzzed(cases: int) -> Fuzzed:
    """Return settings for so many cases in the normal size; both files together have 500 of them."""
    return settings(
        max_examples=cases * _FACTOR,
        deadline=None,
        database=None,
        derandomize=not IS_NIGHTLY,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True, slots=True)
class Script:
    """What is sent in answer to a request, with pauses between the parts, and how it ends.

    `flood` is sent again and again afterwards, up to `flood_bytes`.
    """

    parts: tuple[bytes, ...]
    pause_s: float = 0.0
    flood: bytes = b""
    flood_bytes: int = 8 * 2**20
    ending: str = "close"

    def __repr__(self) -> str:
        shown = [part if len(part) < 200 else f"{part[:80]!r}… {len(part)} bytes" for part in self.parts]
        return f"Script({shown}, pause_s={self.pause_s}, flood={self.flood[:40]!r}, ending={self.ending!r})"


ENDINGS = st.sampled_from(["close", "close", "close", "close", "reset", "half_close", "stay"])


@st.composite
def scripts(draw: st.DrawFn, answers: st.SearchStrategy[bytes]) -> Script:
    """Return a strategy of scripts: an answer whole, cut, repeated, in pieces, slowly, with something behind it."""
    answer = draw(answers)
    match draw(st.sampled_from(["whole"] * 6 + ["cut", "pieces", "twice", "flood"])):
        case "cut":
            parts: tuple[bytes, ...] = (answer[: draw(st.integers(0, len(answer)))],)
        case "pieces":
            at = sorted(draw(st.lists(st.integers(0, len(answer)), max_size=4)))
            parts = tuple(answer[start:end] for start, end in zip([0, *at], [*at, len(answer)], strict=True))
        case "twice":
            parts = (answer + answer,)
        case "flood":
            flood = draw(
                st.sampled_from(
                    [b"\0", b" ", b"\r\n", b"1\r\n", b"a: b\r\n", b"[", b"x" * 4096, answer or b"x"]
                )
            )
            return Script((answer,), flood=flood * (65536 // len(flood) + 1), ending=draw(ENDINGS))
        case _:
            parts = (answer,)
    pause_s = draw(st.sampled_from([0.0, 0.0, 0.0, 0.0, 0.02]))
    return Script(parts, pause_s, ending=draw(ENDINGS))


class Peer:
    """A server on loopback that reads a request and plays a script, for every request of every connection."""

    def __init__(self, is_end: Callable[[bytes], bool]) -> None:
        self._is_end = is_end
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.script = Script(())
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection, self.script), daemon=True).start()

    def _serve(self, connection: socket.socket, script: Script) -> None:
        with connection, contextlib.suppress(OSError):
            while self._has_request(connection):
                for number, part in enumerate(script.parts):
                    time.sleep(script.pause_s if number else 0)
                    connection.sendall(part)
                for _ in range(script.flood_bytes // len(script.flood) if script.flood else 0):
                    connection.sendall(script.flood)
                if script.ending != "stay":
                    self._end(connection, script.ending)
                    return

    def _has_request(self, connection: socket.socket) -> bool:
        received = b""
        while not self._is_end(received):
            block = connection.recv(65536)
            if not block:
                return False
            received += block
        return True

    def _end(self, connection: socket.socket, ending: str) -> None:
        if ending == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        elif ending == "half_close":
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1)


@contextmanager
def within(deadline_s: float) -> Iterator[None]:
    """Hold that what is done within ends with its deadline, give or take a busy machine."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < deadline_s + SLACK_S
