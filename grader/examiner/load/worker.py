"""The Locust process: users of every side stand ready at a gate, and work while their side has its turn."""

from __future__ import annotations

from locust import User, events
from locust.env import Environment

import importlib.util  # noqa: I001 - Locust comes first, since it patches what the others use
import json
import os
import sys
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import gevent
from gevent.event import Event
from gevent.fileobject import FileObject

from grader.examiner.examination import Address

_TICK_S = 0.005
_IDLE_S = 0.002
_MOST_TIMES = 200_000


class Crowd:
    """The users of one side: a gate that lets them work, and what became of their requests."""

    def __init__(self, name: str, user_class: type[User], settings: dict[str, Any], users: int) -> None:
        self.times_ms: list[float] = []
        self.failures: list[str] = []
        self._gate = Event()
        self._users = users
        self._waiting = 0
        self._gone = 0
        self._ready = 0
        self._environment = Environment(
            user_classes=[self._gated(user_class, settings)], events=events.__class__()
        )
        self._environment.events.request.add_listener(self._count)
        self._environment.events.user_error.add_listener(self._count_error)
        self._runner = self._environment.create_local_runner()
        self.name = name

    def gather(self, timeout_s: float) -> str:
        """Start the users and wait until all stand at the gate; return what went wrong, if anything did."""
        self._runner.start(self._users, spawn_rate=self._users * 100)
        until = time.monotonic() + timeout_s
        while self._waiting + self._gone < self._users and time.monotonic() < until:
            gevent.sleep(_TICK_S)
        return "" if self._waiting == self._users else (self.failures or ["users were not ready in time"])[0]

    def work(self, seconds: float, most_s: float, fewest: int) -> dict[str, Any]:
        """Open the gate for some seconds, longer until a fewest number of requests is done, and wait for the last."""
        self.times_ms, self.failures = [], []
        started = time.perf_counter()
        self._gate.set()
        gevent.sleep(seconds)
        while (
            len(self.times_ms) < fewest
            and self._gone < self._users
            and time.perf_counter() - started < most_s
        ):
            gevent.sleep(_TICK_S)
        self._gate.clear()
        while self._waiting + self._gone < self._users:
            gevent.sleep(_IDLE_S)
        return {
            "wall_s": time.perf_counter() - started,
            "times_ms": sorted(self.times_ms[:_MOST_TIMES]),
            "requests": len(self.times_ms),
            "failures": len(self.failures),
            "examples": self.failures[:3],
            "gone": self._gone,
        }

    def _gated(self, user_class: type[User], settings: dict[str, Any]) -> type[User]:
        """Return the user class with a gate before every task, and with its side's settings."""
        crowd = self

        def wait_time(user: User) -> float:
            crowd._wait()
            return 0.0

        def on_start(user: User) -> None:
            user.number = crowd._ready
            crowd._ready += 1
            try:
                user_class.on_start(user)
            except BaseException as error:
                crowd.failures.append(f"{type(error).__name__}: {error}")
                raise
            crowd._wait()

        def on_stop(user: User) -> None:
            crowd._gone += 1
            user_class.on_stop(user)

        fields = settings | {
            "wait_time": wait_time,
            "on_start": on_start,
            "on_stop": on_stop,
            "abstract": False,
        }
        return type(user_class)(user_class.__name__, (user_class,), fields)

    def _wait(self) -> None:
        self._waiting += 1
        self._gate.wait()
        self._waiting -= 1

    def _count(self, response_time: float, exception: BaseException | None, **_: object) -> None:
        self.times_ms.append(response_time)
        if exception is not None:
            self.failures.append(str(exception) or type(exception).__name__)

    def _count_error(self, exception: BaseException, **_: object) -> None:
        self.times_ms.append(0.0)
        self.failures.append(str(exception) or type(exception).__name__)


def load_locustfile(path: Path) -> ModuleType:
    """Import the suite's locustfile."""
    spec = importlib.util.spec_from_file_location("locustfile", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    spec.loader.exec_module(module)
    return module


class Worker:
    """Carries out the examiner's orders."""

    def __init__(self, locustfile: ModuleType) -> None:
        self._locustfile = locustfile
        self._crowds: dict[str, Crowd] = {}

    def gather(
        self, side: str, user_class: str, users: int, timeout_s: float, **settings: Any
    ) -> dict[str, Any]:  # noqa: ANN401
        """Let the users of a side stand ready."""
        settings["address"] = Address(**settings["address"])
        settings["host"] = f"http://127.0.0.1:{settings['address'].port}"
        self._crowds[side] = crowd = Crowd(side, getattr(self._locustfile, user_class), settings, users)
        return {"problem": crowd.gather(timeout_s)}

    def work(self, sides: list[str], seconds: float, most_s: float, fewest: int) -> dict[str, Any]:
        """Let one or more sides work at once."""
        jobs = {side: gevent.spawn(self._crowds[side].work, seconds, most_s, fewest) for side in sides}
        return {side: job.get() for side, job in jobs.items()}


def main() -> None:
    """Answer orders until standard input ends."""
    outgoing: BinaryIO = FileObject(os.dup(1), "wb", 0)
    os.dup2(2, 1)
    incoming = FileObject(0, "rb")
    try:
        worker: Worker | None = Worker(load_locustfile(Path(sys.argv[1])))
        problem = ""
    except Exception as error:  # noqa: BLE001 - told to whoever asks
        traceback.print_exc()
        worker, problem = None, f"{type(error).__name__}: {error}"
    for line in incoming:
        order = json.loads(line)
        try:
            if worker is None:
                raise RuntimeError(problem)
            answer = getattr(worker, order.pop("order"))(**order)
        except Exception as error:  # noqa: BLE001 - told to whoever asks
            traceback.print_exc()
            answer = {"broken": f"{type(error).__name__}: {error}"}
        outgoing.write(json.dumps(answer).encode() + b"\n")
        outgoing.flush()


if __name__ == "__main__":
    main()
