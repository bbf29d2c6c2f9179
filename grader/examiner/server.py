"""An HTTP subject: a server that is started, waited for, asked, stopped and begun anew."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from grader.examiner.errors import CallTimedOut, OutOfTime, SandboxLost
from grader.examiner.exchange import Answer, HttpConnection, Request
from grader.examiner.sandboxed import OUT_OF_TIME, NotStarted, Sandboxed

_HEALTH = Request("GET", "/health")
_LOOK_AGAIN_S = 0.02
_ONE_LOOK_S = 2.0
_OK = 200


class Server(Sandboxed):
    """One HTTP subject by its name.

    Every method may raise a `SandboxLost` where the sandbox is the candidate's, `ExaminerBroken` where it is ours.
    """

    _is_ready = False
    _is_lost = False
    _environment: Mapping[str, str] | None = None

    def ensure(self) -> None:
        """Start the server unless it runs, again if it was lost, and wait until it is healthy."""
        if not self._is_ready:
            self.start(self._environment)

    def start(self, environment: Mapping[str, str] | None = None) -> None:
        """Start the server with more in its environment, and wait until it is healthy. Raises `NotStarted`."""
        self.prepare()
        self._environment = environment
        more: dict[str, Any] = {"environment": dict(environment)} if environment else {}
        self.channel.ask("restart" if self._is_lost else "start", self.name, **more)
        self._is_lost = True
        self._wait_until_healthy()
        self._is_ready, self._is_lost = True, False

    def stop(self, grace_s: float) -> dict[str, Any]:
        """End it as an operator would: SIGTERM, and a kill after some seconds; return how it ended."""
        self._is_ready = False
        ended: dict[str, Any] = self.channel.ask("stop", self.name, grace_s=grace_s)
        return ended

    def kill(self) -> None:
        """Kill it."""
        self._is_ready = False
        self.channel.ask("kill", self.name)

    def give_up(self) -> None:
        """Take note that it must be started again before it is asked again."""
        self._is_ready, self._is_lost, self._environment = False, True, None

    def probe(self) -> None:
        """Hold that it still answers."""
        connection = HttpConnection(self.address.port)
        try:
            self.exchange(connection, _HEALTH)
        finally:
            connection.close()

    def exchange(self, connection: HttpConnection, request: Request) -> Answer:
        """Ask over a connection; a loss is explained by how the server ended."""
        if self.budget.is_spent:
            raise OutOfTime(OUT_OF_TIME)
        try:
            return connection.exchange(request, self.budget.call_deadline())
        except SandboxLost as lost:
            self.give_up()
            raise self.ours_or(self.explained(lost)) from None

    def _wait_until_healthy(self) -> None:
        deadline = self.budget.start_deadline()
        answer: Answer | None = None
        connection = HttpConnection(self.address.port)
        while time.monotonic() < deadline:
            try:
                answer = connection.exchange(_HEALTH, min(deadline, time.monotonic() + _ONE_LOOK_S))
            except SandboxLost as lost:
                if self.ending() is not None:
                    raise self.ours_or(self.not_started(lost, "starting")) from None
            else:
                if answer.status == _OK:
                    connection.close()
                    return
            time.sleep(_LOOK_AGAIN_S)
        connection.close()
        if answer is None:
            raise self.ours_or(self.not_started(CallTimedOut("did not start in time"), "starting"))
        message = f"GET /health answered {answer.status}, not 200, within {self.budget.start_s:g} s"
        raise self.ours_or(NotStarted(message, self.output()))
