"""A sandbox with a host as the examiner sees it: reached, asked, explained when it is lost, started again."""

from __future__ import annotations

import time
from typing import Any

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel, Usage
from grader.examiner.connection import Connection, Impostor, connect
from grader.examiner.errors import CallTimedOut, Crashed, ExaminerBroken, OutOfTime, SandboxLost
from grader.examiner.examination import Address
from grader.examiner.showing import tidy
from grader.examiner.wire import text_of

CANDIDATE = "candidate"

_LOOK_S = 0.25
_DEATH_S = 1.0
_OUT_OF_TIME = "the time for the whole examination was used up"
_PORT_IN_USE = "Address already in use"  # what the host of a taken port prints
_ENDINGS = {
    "out_of_memory": "it used more memory than it is allowed",
    "output_limit": "it printed more than it is allowed",
    "timed_out": "it ran longer than a sandbox may",
    "failed_to_start": "it could not be started",
    "stopped": "it was stopped",
}


class NotStarted(Crashed):
    """The entry could not be imported, or the process ended before it served; `log` shows where."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log


class Side:
    """One sandbox by its name.

    Every method may raise a `SandboxLost` where the sandbox is the candidate's, `ExaminerBroken` where it is ours.
    """

    def __init__(self, name: str, address: Address, channel: Channel, budget: Budget) -> None:
        self.name = name
        self.address = address
        self._channel = channel
        self._budget = budget
        self._connection: Connection | None = None
        self._is_lost = False

    def ensure(self) -> None:
        """Start the sandbox unless it runs, again if it was lost, and connect unless that is done."""
        if self._connection is None:
            self._connection = self._reach()
            self._is_lost = False

    def ask(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - undecoded JSON
        """Ask the host; a loss is explained by how the sandbox ended."""
        if self._budget.is_spent:
            raise OutOfTime(_OUT_OF_TIME)
        self.ensure()
        assert self._connection is not None  # noqa: S101 - `ensure` either connects or raises
        try:
            return self._connection.request(method, params, self._budget.call_deadline())
        except SandboxLost as lost:
            self.give_up()
            raise self._ours_or(self._explained(lost)) from None

    def give_up(self) -> None:
        """Close the connection; the sandbox must be started again before it is asked again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._is_lost = True

    def usage(self) -> Usage:
        """Return the kernel's account of the sandbox."""
        return self._channel.usage(self.name)

    def output(self) -> str:
        """Return the end of what the sandbox printed."""
        return str(self._channel.ask("output", self.name)["text"])[-4000:]

    def _reach(self) -> Connection:
        self._channel.ask("restart" if self._is_lost else "start", self.name)
        self._is_lost = True
        deadline = self._budget.start_deadline()
        connection: Connection | None = None
        try:
            connection = self._connect(deadline)
            greeting = connection.greet(self.address.token, max(0.01, deadline - time.monotonic()))
            if greeting.get("failure") is not None:
                raise _import_failure(greeting["failure"])
        except SandboxLost as lost:
            if connection is not None:
                connection.close()
            failure = lost if isinstance(lost, NotStarted | Impostor) else self._not_started(lost)
            raise self._ours_or(failure) from None
        return connection

    def _connect(self, deadline: float) -> Connection:
        while True:
            try:
                return connect(self.address, min(deadline, time.monotonic() + _LOOK_S))
            except SandboxLost:
                if self._ending(0) is not None or time.monotonic() >= deadline:
                    raise

    def _explained(self, lost: SandboxLost) -> SandboxLost:
        """Return a loss during a call with its reason in plain words."""
        if self._budget.is_spent and isinstance(lost, CallTimedOut):
            return OutOfTime(_OUT_OF_TIME)
        ending = self._ending(_DEATH_S if isinstance(lost, Crashed) else 0.0)
        if ending is not None:
            return Crashed(f"the process ended during the call: {describe_ending(ending)}")
        if isinstance(lost, CallTimedOut):
            return CallTimedOut(f"the call did not return within {self._budget.call_s:g} s")
        return type(lost)(f"the process {lost.message}")

    def _not_started(self, lost: SandboxLost) -> NotStarted:
        """Return a loss before the first answer with its reason in plain words."""
        ending = self._ending(_DEATH_S if isinstance(lost, Crashed) else 0.0)
        if ending is not None:
            message = f"the process ended while the code was imported: {describe_ending(ending)}"
        elif isinstance(lost, CallTimedOut):
            message = f"importing the code did not end within {self._budget.start_s:g} s"
        else:
            message = f"the process {lost.message} while the code was imported"
        return NotStarted(message, self.output())

    def _ours_or(self, lost: SandboxLost) -> BaseException:
        """Return the loss itself for the candidate, our own failure for any other side.

        Nothing but the candidate can hold a port of ours: that is told to people, and counts as its failure.
        """
        if self.name == CANDIDATE or isinstance(lost, OutOfTime):
            return lost
        is_taken = isinstance(lost, Impostor) or (isinstance(lost, NotStarted) and _PORT_IN_USE in lost.log)
        if not is_taken:
            return ExaminerBroken(f"{self.name}: {lost.message}")
        message = f"the candidate's process listens on the port of the {self.name}"
        self._channel.emit("flag", id="port_taken", severity="critical", message=message)
        return Crashed(message)

    def _ending(self, patience_s: float) -> dict[str, Any] | None:
        """Return how the sandbox ended, `None` where it still runs after some seconds."""
        until = time.monotonic() + patience_s
        while True:
            ending: dict[str, Any] | None = self._channel.ask("ending", self.name)
            if ending is not None or time.monotonic() >= until:
                return ending
            time.sleep(0.02)


def _import_failure(failure: Any) -> NotStarted:  # noqa: ANN401 - JSON of the candidate's process
    if not isinstance(failure, dict):
        return NotStarted("importing the code failed")
    lines = failure.get("lines")
    shown = "\n".join(tidy(text_of(line, 300), 300) for line in lines[:10]) if isinstance(lines, list) else ""
    kind, message = (tidy(text_of(failure.get(part), 500), 500) for part in ("type", "message"))
    return NotStarted(f"importing the code raised {kind}: {message}", shown)


def describe_ending(ending: dict[str, Any]) -> str:
    """Return in plain words how a sandbox ended."""
    if ending.get("outcome") == "crashed" and ending.get("signal"):
        return f"it was killed by signal {ending['signal']}"
    return _ENDINGS.get(str(ending.get("outcome")), f"exit code {ending.get('exit_code')}")
