"""The Locust users of one side: they stand ready at a gate, and work while it is open."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gevent
from gevent.event import Event
from locust import FastHttpUser, User
from locust.env import Environment
from locust.event import Events
from locust.exception import StopUser

from grader.examiner.load.bounded import send_as_tests_do

_TICK_S = 0.002
_SPAWN_RATE = 100  # users a second; Locust warns above
_MOST_TIMES = 200_000


@dataclass(frozen=True, slots=True)
class Prepared:
    """The side that a user class prepares: where it answers, and numbers drawn alike for every side."""

    base_url: str
    random: random.Random


class Crowd:
    """The users of one side and what became of their requests."""

    def __init__(self, user_class: type[User], settings: Mapping[str, Any], users: int) -> None:
        self._users = users
        self._gate = Event()
        self._times_ms: list[float] = []
        self._failures: list[str] = []
        self._started = 0
        self._waiting = 0
        self._user_class: Any = _gated(user_class, settings, self)
        events = Events()  # type: ignore[no-untyped-call]
        environment = Environment(user_classes=[self._user_class], events=events)
        events.request.add_listener(self._count)  # type: ignore[no-untyped-call]
        events.user_error.add_listener(self._count_error)  # type: ignore[no-untyped-call]
        self._runner = environment.create_local_runner()

    def prepare(self, seconds: float) -> str:
        """Let `UserClass.prepare(side)` make what users find in `self.prepared`; return what went wrong, if any."""
        prepare = getattr(self._user_class, "prepare", None)
        if prepare is None:
            return ""
        seed = getattr(self._user_class, "seed", 0)
        side = Prepared(str(self._user_class.host), random.Random(seed))  # noqa: S311 - no secret, but repeatable
        try:
            with gevent.Timeout(seconds):
                self._user_class.prepared = prepare(side)
        except (Exception, gevent.Timeout) as error:
            traceback.print_exc()
            return f"{type(error).__name__}: {error}"
        return ""

    def gather(self, patience_s: float) -> str:
        """Start the users and wait until all stand at the gate; return what went wrong, if anything did."""
        self._runner.start(self._users, spawn_rate=_SPAWN_RATE)
        until = time.monotonic() + patience_s
        while (self._started < self._users or not self._is_idle()) and time.monotonic() < until:
            gevent.sleep(_TICK_S)
        if self._waiting == self._users:
            return ""
        return self._failures[0] if self._failures else f"users were not ready within {patience_s:g} s"

    def work(self, seconds: float, most_s: float, fewest: int, patience_s: float) -> dict[str, Any]:
        """Open the gate for some seconds, longer until a fewest number of requests is done; wait for the last ones.

        `gone` counts the users that stopped or did not come back within `patience_s` after the gate was closed.
        """
        self._times_ms, self._failures = [], []
        started = time.perf_counter()
        self._gate.set()
        gevent.sleep(seconds)
        while (
            len(self._times_ms) < fewest
            and self._gone() < self._users
            and time.perf_counter() - started < most_s
        ):
            gevent.sleep(_TICK_S)
        self._gate.clear()
        until = time.monotonic() + patience_s
        while not self._is_idle() and time.monotonic() < until:
            gevent.sleep(_TICK_S / 2)
        return {
            "wall_s": time.perf_counter() - started,
            "times_ms": sorted(self._times_ms[:_MOST_TIMES]),
            "requests": len(self._times_ms),
            "failures": len(self._failures),
            "examples": self._failures[:3],
            "gone": self._users - self._waiting,
        }

    def dismiss(self) -> None:
        """Send the users home."""
        self._runner.quit()

    def join(self, user: Any) -> None:  # noqa: ANN401 - a User with the settings' attributes
        """Let a user take its place at the gate, with its number; over HTTP it sends what tests send."""
        user.number = number = self._started
        if isinstance(user, FastHttpUser):
            send_as_tests_do(user.client, number)
        self._started += 1

    def wait(self) -> None:
        """Wait until the gate is open."""
        self._waiting += 1
        try:
            self._gate.wait()
        finally:
            self._waiting -= 1

    def fail(self, error: BaseException) -> None:
        """Take note of what stopped a user."""
        self._failures.append(str(error) or type(error).__name__)

    def _gone(self) -> int:
        return self._started - int(self._runner.user_count)

    def _is_idle(self) -> bool:
        return self._waiting + self._gone() >= self._users

    def _count(self, response_time: float, exception: BaseException | None, **_: object) -> None:
        self._times_ms.append(response_time)
        if exception is not None:
            self.fail(exception)

    def _count_error(self, exception: BaseException, **_: object) -> None:
        self._times_ms.append(0.0)
        self.fail(exception)


def _gated(user_class: type[User], settings: Mapping[str, Any], crowd: Crowd) -> type[User]:
    """Return a user class with its side's settings, and the gate before every task."""

    class Gated(user_class):  # type: ignore[misc, valid-type]
        abstract = False

        def on_start(self) -> None:
            crowd.join(self)
            try:
                super().on_start()
            except BaseException as error:
                crowd.fail(error)
                raise StopUser from None
            crowd.wait()

        def wait_time(self) -> float:
            crowd.wait()
            return 0.0

    for name, value in settings.items():
        setattr(Gated, name, value)
    return Gated
