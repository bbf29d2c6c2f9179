"""A sandbox with a host as the examiner sees it: reached, asked, explained when it is lost, started again."""

from __future__ import annotations

import time
from typing import Any

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel, Usage
from grader.examiner.connection import Connection, Impostor, connect
from grader.examiner.errors import CallTimedOut, Crashed, OutOfTime, SandboxLost
from grader.examiner.examination import Address
from grader.examiner.showing import tidy

_LOOK_S = 0.25
_DEATH_S = 1.0


class NotStarted(Crashed):
    """The entry could not be imported, or the process ended before it served; `log` shows where."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log


class Side:
    """One sandbox by its name. Every method may raise a `SandboxLost`, and `ExaminerBroken`."""

    def __init__(self, name: str, address: Address, channel: Channel, budget: Budget) -> None:
        self.name = name
        self.address = address
        self._channel = channel
        self._budget = budget
        self._connection: Connection | None = None
        self._is_lost = False

    @property
    def is_lost(self) -> bool:
        """Whether it must be started again before it can be asked."""
        return self._is_lost

    def ask(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - undecoded JSON
        """Ask the host; a loss is explained by how the sandbox ended."""
        if self._budget.is_spent:
            raise OutOfTime("the time for the whole examination was used up")
        if self._connection is None:
            self.reach()
        assert self._connection is not None  # noqa: S101 - `reach` either connects or raises
        try:
            return self._connection.request(method, params, self._budget.call_deadline())
        except SandboxLost as lost:
            raise self.lose(lost) from None

    def usage(self) -> Usage:
        """Return the kernel's account of the sandbox."""
        return self._channel.usage(self.name)

    def reach(self) -> None:
        """Start the sandbox unless it runs, again if it was lost, and connect. Raises `NotStarted`."""
        self._channel.ask("restart" if self._is_lost else "start", self.name)
        self._is_lost = True
        deadline = self._budget.start_deadline()
        self._connection = self._connect(deadline)
        try:
            greeting = self._connection.greet(self.address.token, max(0.01, deadline - time.monotonic()))
        except Impostor:
            raise
        except SandboxLost as lost:
            raise NotStarted(self._startless(lost), self.output()) from None
        if greeting.get("failure") is not None:
            raise _import_failure(greeting["failure"])
        self._is_lost = False

    def lose(self, lost: SandboxLost) -> SandboxLost:
        """Give the sandbox up until it is started again, and return the loss with its reason in plain words."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._is_lost = True
        if self._budget.is_spent and isinstance(lost, CallTimedOut):
            return OutOfTime("the time for the whole examination was used up", self.name)
        ending = self.ending(_DEATH_S if isinstance(lost, Crashed) else 0.0)
        if ending is not None:
            return Crashed(f"the process ended during the call: {describe_ending(ending)}", self.name)
        if isinstance(lost, CallTimedOut):
            return CallTimedOut(f"the call did not return within {self._budget.call_s:g} s", self.name)
        return type(lost)(f"the process {lost.message}", self.name)

    def ending(self, patience_s: float) -> dict[str, Any] | None:
        """Return how the sandbox ended, `None` where it still runs after some seconds."""
        until = time.monotonic() + patience_s
        while True:
            ending: dict[str, Any] | None = self._channel.ask("ending", self.name)
            if ending is not None or time.monotonic() >= until:
                return ending
            time.sleep(0.02)

    def output(self) -> str:
        """Return the end of what the sandbox printed."""
        return str(self._channel.ask("output", self.name)["text"])[-4000:]

    def _connect(self, deadline: float) -> Connection:
        while True:
            try:
                return connect(self.address, min(deadline, time.monotonic() + _LOOK_S))
            except SandboxLost as lost:
                if self.ending(0) is not None or time.monotonic() >= deadline:
                    raise NotStarted(self._startless(lost), self.output()) from None

    def _startless(self, lost: SandboxLost) -> str:
        ending = self.ending(_DEATH_S if isinstance(lost, Crashed) else 0.0)
        if ending is not None:
            return f"the process ended while the code was imported: {describe_ending(ending)}"
        if isinstance(lost, CallTimedOut):
            return f"importing the code did not end within {self._budget.start_s:g} s"
        return f"the process {lost.message} while the code was imported"


def _import_failure(failure: Any) -> NotStarted:  # noqa: ANN401 - JSON of the candidate's process
    if not isinstance(failure, dict):
        return NotStarted("importing the code failed")
    lines = failure.get("lines")
    shown = "\n".join(tidy(str(line), 300) for line in lines[:10]) if isinstance(lines, list) else ""
    return NotStarted(
        f"importing the code raised {tidy(str(failure.get('type')), 100)}: "
        f"{tidy(str(failure.get('message')), 500)}",
        shown,
    )


def describe_ending(ending: dict[str, Any]) -> str:
    """Return in plain words how a sandbox ended."""
    match ending.get("outcome"):
        case "out_of_memory":
            return "it used more memory than it is allowed"
        case "output_limit":
            return "it printed more than it is allowed"
        case "timed_out":
            return "it ran longer than a sandbox may"
        case "failed_to_start":
            return "it could not be started"
        case "stopped":
            return "it was stopped"
        case "crashed" if ending.get("signal"):
            return f"it was killed by signal {ending['signal']}"
    return f"exit code {ending.get('exit_code')}"
