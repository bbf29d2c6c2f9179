"""A Locust user for library challenges: its `subject` is like the `candidate` of hidden suites."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from locust import User
from locust.exception import StopUser

from grader.examiner.channel import Usage
from grader.examiner.connection import Connection, connect
from grader.examiner.errors import CandidateError, ExaminerBroken, SandboxLost
from grader.examiner.examination import Address
from grader.examiner.subject import Subject


class _DirectAsker:
    """A connection of a user's own; the kernel's account is read elsewhere."""

    def __init__(self, connection: Connection, call_s: float) -> None:
        self._connection = connection
        self._call_s = call_s

    def ask(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - undecoded JSON
        """Return the undecoded result."""
        return self._connection.request(method, params, time.monotonic() + self._call_s)

    def usage(self) -> Usage:
        """Refuse: under load the account is read at the bounds of blocks."""
        raise ExaminerBroken("a load user asked for usage; expected only `load.compare` to do so")


class RpcUser(User):
    """Speaks to one side's host over a connection of its own.

    Tasks wrap what counts as one request in `with self.request(name):`, and assert within it that answers are right.
    `random` is seeded alike on every side, so that both see the same data, and differs from user to user.
    """

    abstract = True
    address: Address
    entry: str
    seed: int
    call_s: float
    number: int

    def on_start(self) -> None:
        """Connect; suites that prepare something call this first."""
        self.random = random.Random(f"{self.seed}:{self.number}")  # noqa: S311 - no secret, but repeatable
        connection = connect(self.address, time.monotonic() + self.call_s)
        connection.greet(self.address.token, self.call_s)
        self.subject = Subject(_DirectAsker(connection, self.call_s), self.entry)

    @contextmanager
    def request(self, name: str) -> Iterator[None]:
        """Count what happens within as one request; what is raised makes it a failed one."""
        self.subject.transcript.clear()
        started = time.perf_counter()
        failure: BaseException | None = None
        try:
            yield
        except (AssertionError, CandidateError, SandboxLost) as error:
            failure = error
        self.environment.events.request.fire(
            request_type="RPC",
            name=name,
            response_time=(time.perf_counter() - started) * 1000,
            response_length=0,
            exception=failure,
            context={},
        )
        if isinstance(failure, SandboxLost):
            raise StopUser
