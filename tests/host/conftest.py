"""A real host around a module that a test writes."""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.examiner.channel import Usage
from grader.examiner.connection import Connection, connect
from grader.examiner.examination import Address
from grader.examiner.subject import Subject
from tests.examiner.grader_side import free_port, host_command

WAIT_S = 20.0


class Asker:
    """Asks a host over one connection, without a sandbox to restart."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        return self._connection.request(method, params, time.monotonic() + WAIT_S)

    def usage(self) -> Usage:
        raise NotImplementedError


class HostProcess:
    """A host that listens, and what a client needs to reach it."""

    def __init__(self, folder: Path, entry: str, adapter: Path | None = None) -> None:
        self.address = Address(free_port(), secrets.token_hex(8))
        self.entry = entry
        command = host_command(entry, adapter)(self.address.port)
        self.process = subprocess.Popen(command, cwd=folder, env={"HOST_TOKEN": self.address.token})
        self._connections: list[Connection] = []

    def connect(self) -> Connection:
        self._connections.append(connect(self.address, time.monotonic() + WAIT_S))
        return self._connections[-1]

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self.process.kill()
        self.process.wait()

    def greeted(self) -> tuple[Connection, dict[str, Any]]:
        connection = self.connect()
        return connection, connection.greet(self.address.token, WAIT_S)

    def subject(self) -> Subject:
        return Subject(Asker(self.greeted()[0]), self.entry)


StartHost = Callable[..., HostProcess]


@pytest.fixture
def start_host(tmp_path: Path) -> Iterator[StartHost]:
    """Start hosts around source text; all end with the test."""
    started: list[HostProcess] = []

    def start(source: str, entry: str = "solution:Thing", adapter: str | None = None) -> HostProcess:
        (tmp_path / "solution.py").write_text(source, encoding="utf-8")
        if adapter is not None:
            (tmp_path / "adapter.py").write_text(adapter, encoding="utf-8")
        started.append(HostProcess(tmp_path, entry, tmp_path / "adapter.py" if adapter else None))
        return started[-1]

    yield start
    for host in started:
        host.close()
