"""Who holds a pod's network namespace: the first sandbox makes it, every other joins one that runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class LoopbackNetwork:
    """Finds a running container to join, so that no container is needed that does nothing but hold the network.

    Any member will do: the namespace lives as long as one process in it does. Where all have ended the next one
    makes a new namespace, from which nothing can be told: nobody was left to listen in the old one.
    """

    def __init__(self) -> None:
        self._members: dict[str, Callable[[], bool]] = {}
        self._is_being_made = False
        self._changed = threading.Condition()

    @contextmanager
    def place(self) -> Iterator[str | None]:
        """Give the container to join, or `None` to whoever is to make the namespace; the others wait meanwhile."""
        with self._changed:
            while True:
                joined = self._running_member()
                if joined is not None or not self._is_being_made:
                    break
                self._changed.wait()
            if joined is None:
                self._is_being_made = True
        try:
            yield joined
        finally:
            if joined is None:
                with self._changed:
                    self._is_being_made = False
                    self._changed.notify_all()

    def add(self, container: str, is_running: Callable[[], bool]) -> None:
        """Note a container as one that may be joined while it runs."""
        with self._changed:
            self._members[container] = is_running

    def forget(self, container: str) -> None:
        """Note that a container cannot be joined any more."""
        with self._changed:
            self._members.pop(container, None)

    def _running_member(self) -> str | None:
        for container, is_running in list(self._members.items()):
            if is_running():
                return container
            del self._members[container]
        return None
