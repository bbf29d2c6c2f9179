"""Pausing a container: by this host's freezer where its cgroup is at hand (2 ms), else by the engine (15 ms)."""

from __future__ import annotations

from docker import APIClient
from docker.errors import APIError

from sandbox.cgroup import Cgroup


class Freezer:
    """Knows whether a container is frozen. Not guarded against threads: its sandbox holds a lock around it."""

    def __init__(self, api: APIClient, container: str) -> None:
        self._api, self._container = api, container
        self.group: Cgroup | None = None
        self._is_frozen = False

    def freeze(self) -> None:
        """Freeze every process. Raises `APIError` or `OSError`."""
        if not self._is_frozen:
            self._is_frozen = True
            if self.group is not None:
                self.group.freeze()
            else:
                self._api.pause(self._container)

    def thaw(self) -> None:
        """Let every process go on."""
        if self._is_frozen:
            if self.group is not None:
                self.group.thaw()
            else:
                self._unpause()
            self._is_frozen = False

    def _unpause(self) -> None:
        try:
            self._api.unpause(self._container)
        except APIError as error:
            if error.status_code not in {404, 409, 500}:  # it has ended, in the words of different versions
                raise
