"""Ports at which nobody answers: one refuses connections, one lets them wait for ever."""

from __future__ import annotations

import contextlib
import socket


class Doors:
    """Two ports that are taken for as long as this lives."""

    def __init__(self) -> None:
        self._refusing = socket.socket()
        self._refusing.bind(("127.0.0.1", 0))  # bound, but not listening
        self._deaf = socket.socket()
        self._deaf.bind(("127.0.0.1", 0))
        self._deaf.listen(0)
        self._fillers = [self._fill() for _ in range(4)]

    @property
    def refusing(self) -> str:
        """A URL at which connections are refused."""
        return f"http://127.0.0.1:{self._refusing.getsockname()[1]}/"

    @property
    def deaf(self) -> str:
        """A URL at which connections are neither accepted nor refused: its queue is full."""
        return f"http://127.0.0.1:{self._deaf.getsockname()[1]}/"

    def close(self) -> None:
        """Give the ports back."""
        for taken in (self._refusing, self._deaf, *self._fillers):
            taken.close()

    def _fill(self) -> socket.socket:
        filler = socket.socket()
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            filler.connect(self._deaf.getsockname())
        return filler
