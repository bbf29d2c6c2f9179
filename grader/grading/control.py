"""What the examiner may ask of the pod: to start and end subjects, to pause them, to tell their usage and output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Self

from grader.errors import GradingFailed
from grader.grading.subjects import Database, Subject
from grader.score_sheet import UsageRecord
from sandbox import Ending, Pod, Sandbox, Usage

_OUTPUT_TAIL = 8 * 1024
_LONGEST_GRACE_S = 30.0


class WrongRequest(ValueError):  # noqa: N818 - it says what came, not what broke
    """The examiner asked for something that is not there."""


@dataclass(slots=True)
class PodControl:
    """The subjects of one pod by name, and what is done with them at the examiner's word.

    Usage is added up over restarts, so that a candidate cannot shed its account by dying.
    """

    pod: Pod
    subjects: Mapping[str, Subject]
    _running: dict[str, Sandbox] = field(default_factory=dict)
    _past: dict[str, list[Usage]] = field(default_factory=dict)
    _background: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "starter"))
    _beginning: dict[str, Future[None]] = field(default_factory=dict)

    def begin(self, names: Iterable[str]) -> None:
        """Start subjects one after the other in the background; whoever asks about one waits for it."""
        self._beginning |= {name: self._background.submit(self._begin, name) for name in names}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for what is being started, so that the pod can be closed."""
        self._background.shutdown(cancel_futures=True)

    def answer(self, request: Mapping[str, object]) -> object:
        """Do what a control request asks and return its result. Raises `WrongRequest` and `SandboxError`."""
        name = str(request.get("sandbox"))
        if name not in self.names():
            raise WrongRequest(f"there is no sandbox {name!r}; there are {', '.join(self.names())}")
        action = _ACTIONS.get(str(request.get("action")))
        if action is None:
            raise WrongRequest(
                f"there is no action {request.get('action')!r}; there are {', '.join(_ACTIONS)}"
            )
        self._await(name)
        return action(self, name, request)

    def _await(self, name: str) -> None:
        """Wait until the subject of a sandbox has been started, if it is being started. Raises as `start`."""
        owner = next(key for key, subject in self.subjects.items() if name in subject.sandboxes())
        beginning = self._beginning.pop(owner, None)
        if beginning is not None:
            beginning.result()

    def names(self) -> list[str]:
        """Return the names of all sandboxes that may be spoken of."""
        return [name for subject in self.subjects.values() for name in subject.sandboxes()]

    def start(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        """Start a subject and its database, unless they run; `environment` adds to the subject's own."""
        if name not in self.subjects:
            raise WrongRequest(f"{name} cannot be started by itself; there are {', '.join(self.subjects)}")
        subject = self.subjects[name]
        if subject.database is not None:
            self._serve(subject.database)
        if self._is_running(name):
            return
        self._end(name)
        added = {**subject.spec.environment, **(environment or {})}
        self._running[name] = self.pod.start(replace(subject.spec, environment=added))

    def _begin(self, name: str) -> None:
        """Start a subject; only its database, where that is to be prepared first."""
        database = self.subjects[name].database
        if database is not None and database.is_prepared:
            self._serve(database)
        else:
            self.start(name)

    def serve(self, name: str) -> None:
        """Start a subject's database alone. Raises `WrongRequest`."""
        self._serve(self._database_of(name))

    def migrate(self, name: str) -> dict[str, object] | None:
        """Run a submission's SQL file to its end; return how it ended and what it printed, `None` without a file."""
        migration = self._database_of(name).migration
        if migration is None:
            return None
        sandbox = self.pod.start(migration)
        ending = sandbox.wait() or sandbox.kill()
        return {**_ending(ending), "output": sandbox.output().last_text(_OUTPUT_TAIL)}

    def _database_of(self, name: str) -> Database:
        subject = self.subjects.get(name)
        if subject is None or subject.database is None:
            raise WrongRequest(f"{name} has no database")
        return subject.database

    def discard_data(self, name: str) -> None:
        """End a subject and forget its data folder."""
        self._end(name)
        self.pod.discard_data(name)

    def _is_running(self, name: str) -> bool:
        running = self._running.get(name)
        return running is not None and running.wait(0) is None

    def _serve(self, database: Database) -> None:
        """Start a database and wait until it accepts connections. Raises `GradingFailed`: it is ours."""
        name = database.spec.name
        if self._is_running(name):
            return
        self._end(name)
        self._running[name] = server = self.pod.start(database.spec)
        if next(server.lines(), b"") != b"ready":
            raise GradingFailed(f"{name} did not start: {server.output().last_text(500)}")

    def output_of(self, name: str, limit: int) -> str:
        """Return the last characters that a subject printed, decoded with replacement."""
        sandbox = self._running.get(name)
        return "" if sandbox is None else sandbox.output().last_text(limit)

    def usage_of(self, name: str) -> UsageRecord:
        """Return what a subject used in all, restarts included; "unavailable" stays so."""
        usages = list(self._past.get(name, []))
        if name in self._running:
            usages.append(self._running[name].usage())
        cpu = [usage.cpu_s for usage in usages if usage.cpu_s is not None]
        peak = [usage.peak_memory_mib for usage in usages if usage.peak_memory_mib is not None]
        return UsageRecord(
            cpu_s=round(sum(cpu), 3) if cpu else None,
            wall_s=round(sum(usage.wall_s for usage in usages), 3),
            peak_memory_mib=round(max(peak), 1) if peak else None,
        )

    def restart(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        """Kill a subject if it runs, and start it anew."""
        self._end(name)
        self.start(name, environment)

    def ending(self, name: str) -> dict[str, object] | None:
        """Return how a subject ended, `None` while it runs."""
        ending = self.get(name).wait(0)
        return None if ending is None else _ending(ending)

    def get(self, name: str) -> Sandbox:
        """Return a subject that was started. Raises `WrongRequest`."""
        if name not in self._running:
            raise WrongRequest(f"{name} was not started")
        return self._running[name]

    def _end(self, name: str) -> None:
        sandbox = self._running.pop(name, None)
        if sandbox is None:
            return
        ending = sandbox.wait(0) or sandbox.kill()
        self._past.setdefault(name, []).append(ending.usage)


def _usage(usage: Usage) -> dict[str, float | None]:
    return {
        "cpu_s": usage.cpu_s,
        "memory_mib": usage.memory_mib,
        "peak_memory_mib": usage.peak_memory_mib,
        "wall_s": usage.wall_s,
    }


def _ending(ending: Ending) -> dict[str, object]:
    return {
        "outcome": ending.outcome.value,
        "exit_code": ending.exit_code,
        "signal": ending.signal,
        "detail": ending.detail,
    }


def _grace_s(request: Mapping[str, object]) -> float:
    asked = request.get("grace_s", 5.0)
    return min(float(asked), _LONGEST_GRACE_S) if isinstance(asked, int | float) else 5.0


def _environment(request: Mapping[str, object]) -> dict[str, str]:
    asked = request.get("environment")
    return {str(key): str(value) for key, value in asked.items()} if isinstance(asked, dict) else {}


_Action = Callable[[PodControl, str, Mapping[str, object]], object]
_ACTIONS: dict[str, _Action] = {
    "start": lambda control, name, request: control.start(name, _environment(request)),
    "restart": lambda control, name, request: control.restart(name, _environment(request)),
    "serve": lambda control, name, _: control.serve(name),
    "migrate": lambda control, name, _: control.migrate(name),
    "discard_data": lambda control, name, _: control.discard_data(name),
    "stop": lambda control, name, request: _ending(control.get(name).stop(_grace_s(request))),
    "kill": lambda control, name, _: _ending(control.get(name).kill()),
    "pause": lambda control, name, _: control.get(name).pause(),
    "resume": lambda control, name, _: control.get(name).resume(),
    "usage": lambda control, name, _: _usage(control.get(name).usage()),
    "ending": lambda control, name, _: control.ending(name),
    "output": lambda control, name, _: {"text": control.output_of(name, _OUTPUT_TAIL)},
}
