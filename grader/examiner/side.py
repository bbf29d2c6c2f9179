"""A library subject: a sandbox with a host that is reached, asked, and started again when it is lost."""

from __future__ import annotations

import time
from typing import Any

from grader.examiner.connection import Connection, Impostor, connect
from grader.examiner.errors import Crashed, OutOfTime, SandboxLost
from grader.examiner.sandboxed import OUT_OF_TIME, NotStarted, Sandboxed
from grader.examiner.showing import tidy
from grader.examiner.wire import text_of

_LOOK_S = 0.25
_LOOK_AGAIN_S = 0.02
_PATIENCE_S = 2.0


class Side(Sandboxed):
    """One library subject by its name.

    Every method may raise a `SandboxLost` where the sandbox is the candidate's, `ExaminerBroken` where it is ours.
    """

    _connection: Connection | None = None
    _is_lost = False

    def ensure(self) -> None:
        """Start the sandbox unless it runs, again if it was lost, and connect unless that is done."""
        if self._connection is None:
            self._connection = self._reach()
            self._is_lost = False

    def ask(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - undecoded JSON
        """Ask the host; a loss is explained by how the sandbox ended."""
        if self.budget.is_spent:
            raise OutOfTime(OUT_OF_TIME)
        self.ensure()
        assert self._connection is not None  # noqa: S101 - `ensure` either connects or raises
        try:
            return self._connection.request(method, params, self.budget.call_deadline())
        except SandboxLost as lost:
            self.give_up()
            raise self.ours_or(self.explained(lost)) from None

    def probe(self) -> None:
        """Hold that it still answers."""
        self.ask("reset", {})

    def give_up(self) -> None:
        """Close the connection; the sandbox must be started again before it is asked again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._is_lost = True

    def _reach(self) -> Connection:
        self.prepare()
        self.channel.ask("restart" if self._is_lost else "start", self.name)
        self._is_lost = True
        deadline = self.budget.start_deadline()
        try:
            return self._greeted(deadline)
        except SandboxLost as lost:
            is_told = isinstance(lost, NotStarted | Impostor)
            raise self.ours_or(lost if is_told else self.not_started(lost, "importing the code")) from None

    def _greeted(self, deadline: float) -> Connection:
        """Connect and greet; a connection that breaks may have been the last process's, still dying."""
        patience = time.monotonic() + _PATIENCE_S
        while True:
            connection = self._connect(deadline)
            try:
                greeting = connection.greet(self.address.token, max(0.01, deadline - time.monotonic()))
            except SandboxLost as lost:
                connection.close()
                if not isinstance(lost, Crashed) or self.ending() is not None or time.monotonic() > patience:
                    raise
                time.sleep(_LOOK_AGAIN_S)
                continue
            if greeting.get("failure") is not None:
                connection.close()
                raise _import_failure(greeting["failure"])
            return connection

    def _connect(self, deadline: float) -> Connection:
        while True:
            try:
                return connect(self.address, min(deadline, time.monotonic() + _LOOK_S))
            except SandboxLost:
                if self.ending() is not None or time.monotonic() >= deadline:
                    raise


def _import_failure(failure: Any) -> NotStarted:  # noqa: ANN401 - JSON of the candidate's process
    if not isinstance(failure, dict):
        return NotStarted("importing the code failed")
    lines = failure.get("lines")
    shown = "\n".join(tidy(text_of(line, 300), 300) for line in lines[:10]) if isinstance(lines, list) else ""
    kind, message = (tidy(text_of(failure.get(part), 500), 500) for part in ("type", "message"))
    return NotStarted(f"importing the code raised {kind}: {message}", shown)
