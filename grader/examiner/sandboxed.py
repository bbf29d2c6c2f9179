"""A subject in its sandbox, and its database's: accounted for, paused, and explained when it is lost."""

from __future__ import annotations

import time
from typing import Any

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel, Usage
from grader.examiner.connection import Impostor
from grader.examiner.errors import CallTimedOut, Crashed, ExaminerBroken, OutOfTime, SandboxLost
from grader.examiner.examination import Address
from grader.examiner.preparation import DEFAULT_SEED, NotPrepared, Preparation

CANDIDATE = "candidate"
OUT_OF_TIME = "the time for the whole examination was used up"

_DEATH_S = 1.0
_PORT_IN_USE = "ddress already in use"  # what a server prints whose port is taken
_ENDINGS = {
    "out_of_memory": "it used more memory than it is allowed",
    "output_limit": "it printed more than it is allowed",
    "timed_out": "it ran longer than a sandbox may",
    "failed_to_start": "it could not be started",
    "stopped": "it was stopped",
}


class NotStarted(Crashed):
    """The code could not be imported, or the process ended before it served; `log` shows where."""

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log


class Sandboxed:
    """What subjects of every kind of challenge share; `parts` are the sandboxes that are paused together."""

    def __init__(
        self, name: str, address: Address, channel: Channel, budget: Budget, parts: tuple[str, ...] = ()
    ) -> None:
        self.name = name
        self.address = address
        self.channel = channel
        self.budget = budget
        self.preparation = Preparation(name, channel)
        self._parts = parts or (name,)

    def give_up(self) -> None:
        """Take note that it must be started again before it is asked again."""
        raise NotImplementedError

    def begin_anew(self, seed: str = DEFAULT_SEED) -> None:
        """End it and forget all that it stored; it is started over what a seed gives when it is next asked."""
        self.give_up()
        self.channel.ask("discard_data", self.name)
        self.preparation.begin_anew(seed)

    def seeded(self, seed: str) -> None:
        """Hold that it works over what a seed gave; it begins anew where that is another one."""
        if self.preparation.seed != seed:
            self.begin_anew(seed)

    def prepare(self) -> None:
        """Prepare its database before it is started. Raises `NotStarted`, or `ExaminerBroken` where it is ours."""
        try:
            self.preparation.ensure()
        except NotPrepared as lost:
            raise self.ours_or(NotStarted(lost.message, lost.log)) from None

    def usage(self) -> Usage:
        """Return the kernel's account of the subject's own sandbox."""
        return self.channel.usage(self.name)

    def cpu_s(self) -> float | None:
        """Return the CPU time of all its sandboxes, `None` where one has no account."""
        spent = [self.channel.usage(part).cpu_s for part in self._parts]
        known = [seconds for seconds in spent if seconds is not None]
        return sum(known) if len(known) == len(spent) else None

    def pause(self) -> None:
        """Freeze all its sandboxes."""
        for part in self._parts:
            self.channel.ask("pause", part)

    def resume(self) -> None:
        """Let all its sandboxes go on."""
        for part in reversed(self._parts):
            self.channel.ask("resume", part)

    def output(self) -> str:
        """Return the end of what the subject printed."""
        return str(self.channel.ask("output", self.name)["text"])[-4000:]

    def ending(self, patience_s: float = 0.0) -> dict[str, Any] | None:
        """Return how the sandbox ended, `None` where it still runs after some seconds."""
        until = time.monotonic() + patience_s
        while True:
            ending: dict[str, Any] | None = self.channel.ask("ending", self.name)
            if ending is not None or time.monotonic() >= until:
                return ending
            time.sleep(0.02)

    def explained(self, lost: SandboxLost) -> SandboxLost:
        """Return a loss during a call with its reason in plain words."""
        if self.budget.is_spent and isinstance(lost, CallTimedOut):
            return OutOfTime(OUT_OF_TIME)
        ending = self.ending(_DEATH_S if isinstance(lost, Crashed) else 0.0)
        if ending is not None:
            return Crashed(f"the process ended during the call: {describe_ending(ending)}")
        if isinstance(lost, CallTimedOut):
            return CallTimedOut(f"the call did not return within {self.budget.call_s:g} s")
        return type(lost)(f"the process {lost.message}")

    def not_started(self, lost: SandboxLost, doing: str) -> NotStarted:
        """Return a loss before the first answer with its reason in plain words; `doing` says what it was at."""
        ending = self.ending(_DEATH_S if isinstance(lost, Crashed) else 0.0)
        if ending is not None:
            message = f"the process ended while {doing}: {describe_ending(ending)}"
        elif isinstance(lost, CallTimedOut):
            message = f"within {self.budget.start_s:g} s the process was not ready: still {doing}"
        else:
            message = f"the process {lost.message} while {doing}"
        return NotStarted(message, self.output())

    def ours_or(self, lost: SandboxLost) -> BaseException:
        """Return the loss itself for the candidate, our own failure for any other side.

        Nothing but the candidate can hold a port of ours: that is told to people, and counts as its failure.
        """
        if self.name == CANDIDATE or isinstance(lost, OutOfTime):
            return lost
        is_taken = isinstance(lost, Impostor) or (isinstance(lost, NotStarted) and _PORT_IN_USE in lost.log)
        if not is_taken:
            return ExaminerBroken(f"{self.name}: {lost.message}")
        message = f"the candidate's process listens on the port of the {self.name}"
        self.channel.emit("flag", id="port_taken", severity="critical", message=message)
        return Crashed(message)


def describe_ending(ending: dict[str, Any]) -> str:
    """Return in plain words how a sandbox ended."""
    if ending.get("outcome") == "crashed" and ending.get("signal"):
        return f"it was killed by signal {ending['signal']}"
    return _ENDINGS.get(str(ending.get("outcome")), f"exit code {ending.get('exit_code')}")
