"""One container as a sandbox: watched to its end by a thread of its own, and removed after it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import requests
from docker import APIClient
from docker.errors import APIError, DockerException
from urllib3.exceptions import ReadTimeoutError

from sandbox.cgroups import Cgroup
from sandbox.contract import Ending, Outcome, Output, SandboxSpec, Usage
from sandbox.docker_engine.attachment import STDOUT, Attachment
from sandbox.docker_engine.capture import Capture, Lines
from sandbox.docker_engine.client import TRANSPORT_ERRORS, reason_of, remove_container, told_as_pod_error
from sandbox.docker_engine.endings import Exit, ending_of
from sandbox.docker_engine.freezing import Freezer
from sandbox.docker_engine.groups import find_group, remove_group
from sandbox.docker_engine.signals import takes_sigterm
from sandbox.errors import PodError
from sandbox.policy import Policy

_KILL_TIMEOUT_S = 30.0
_DRAIN_TIMEOUT_S = 5.0
_LONG_WAIT_S = 3600.0
_NOT_FOUND_OR_EXECUTABLE = (126, 127)
_MIB = 1024 * 1024


class DockerSandbox:
    """A container from its creation to its removal; the contract's `Sandbox`."""

    def __init__(
        self, api: APIClient, spec: SandboxSpec, policy: Policy, container: str, parent: str | None
    ) -> None:
        self._api, self._spec, self._container, self._parent = api, spec, container, parent
        self._capture = Capture(policy.head_bytes, policy.tail_bytes)
        self._lines = Lines(policy.line_bytes) if spec.channel else None
        self._line_mib = policy.line_bytes // _MIB
        self._printed_bytes = 0
        self._lock = threading.Lock()
        self._cause: Outcome | None = None
        self._reason = ""
        self._ended = threading.Event()
        self._ending: Ending | None = None
        self._failure: PodError | None = None
        self._began = time.monotonic()
        self._group: Cgroup | None = None
        self._watcher: threading.Thread | None = None
        self._is_removed = False
        self._freezer = Freezer(api, container)
        self._attachment = Attachment(api, container, with_input=spec.channel)
        self._attachment.drain(self._receive, self._printed_all)

    @property
    def name(self) -> str:
        """The name in its pod."""
        return self._spec.name

    def is_running(self) -> bool:
        """Claim that the end has not been seen yet."""
        return not self._ended.is_set()

    def start(self) -> None:
        """Start the container. A program that cannot be run is an ending; what else fails raises `APIError`."""
        try:
            self._api.start(self._container)
        except APIError as error:
            state = self._api.inspect_container(self._container)["State"]
            if state["ExitCode"] not in _NOT_FOUND_OR_EXECUTABLE:
                raise
            nothing = Usage(cpu_s=None, memory_mib=None, peak_memory_mib=None, wall_s=0.0)
            self._ending = Ending(Outcome.FAILED_TO_START, None, None, nothing, reason_of(error))
            self._ended.set()
            self.discard()
            return
        self._began = time.monotonic()
        self._group = self._freezer.group = find_group(self._parent) if self._parent else None
        self._watcher = threading.Thread(target=self._watch, name=f"sandbox-{self.name}", daemon=True)
        self._watcher.start()

    def send(self, data: bytes) -> None:
        """Write to standard input (channel only). Raises `BrokenPipeError` once it has ended."""
        if self._lines is None:
            raise PodError(f"sandbox {self.name!r} has no channel; start it with SandboxSpec(channel=True)")
        if self._ended.is_set():
            raise BrokenPipeError(f"sandbox {self.name!r} has ended")
        self._attachment.send(data)

    def lines(self) -> Iterator[bytes]:
        """Yield standard output line by line, without the newline, until it ends (channel only)."""
        return iter(self._lines or ())

    def output(self) -> Output:
        """Return what was captured so far (of a channel's sandbox: standard error)."""
        return self._capture.output()

    def wait(self, timeout_s: float | None = None) -> Ending | None:
        """Wait for the end; `None` where it still runs after `timeout_s` seconds."""
        self._ended.wait(timeout_s)
        if self._failure is not None:
            raise self._failure
        return self._ending

    def stop(self, grace_s: float) -> Ending:
        """Send SIGTERM to the first process, kill the whole tree after `grace_s` seconds.

        Where nothing in the process awaits SIGTERM it is killed at once, as the signal would kill any other process:
        the kernel spares the first one of a container.
        """
        if self._claim(Outcome.STOPPED, "stopped"):
            with told_as_pod_error(f"stop sandbox {self.name!r}"):
                self._freezer.thaw()
                if grace_s > 0 and self._signal_term():
                    self._ended.wait(grace_s)
                self._kill_process()
        return self._await_ending()

    def kill(self) -> Ending:
        """Kill the whole tree."""
        self._end_as(Outcome.STOPPED, "killed")
        return self._await_ending()

    def pause(self) -> None:
        """Freeze every process of the tree; nothing where it has ended or is about to."""
        with self._lock:
            if self._cause is None and self.is_running():
                with told_as_pod_error(f"pause sandbox {self.name!r}"):
                    self._freezer.freeze()

    def resume(self) -> None:
        """Let a frozen tree go on."""
        with self._lock, told_as_pod_error(f"resume sandbox {self.name!r}"):
            self._freezer.thaw()

    def usage(self) -> Usage:
        """Return the account so far, or as it was at the end."""
        if self._ending is not None:
            return self._ending.usage
        wall_s = time.monotonic() - self._began
        if self._group is not None:
            return self._accounted(wall_s)
        with told_as_pod_error(f"read the account of sandbox {self.name!r}"):
            return _usage_by_api(self._api, self._container, wall_s)

    def discard(self) -> None:
        """Kill what runs, and return when the container and its cgroup are gone."""
        if self._watcher is not None:
            self._end_as(Outcome.STOPPED, "its pod was closed")
            self._watcher.join(_KILL_TIMEOUT_S)
        self._remove()

    def _receive(self, stream: int, data: bytes) -> None:
        """Take output, on the draining thread; which must go on draining, or the engine could not kill."""
        self._printed_bytes += len(data)
        if self._printed_bytes > self._spec.limits.output_mib * _MIB:
            self._end_in_background(f"printed more than {self._spec.limits.output_mib:g} MiB")
        elif stream != STDOUT or self._lines is None:
            self._capture.add(data)
        elif self._cause is not Outcome.OUTPUT_LIMIT and not self._lines.add(data):
            self._end_in_background(f"printed a line longer than {self._line_mib} MiB")

    def _end_in_background(self, reason: str) -> None:
        if self._cause is None:
            threading.Thread(
                target=self._end_as, args=(Outcome.OUTPUT_LIMIT, reason), name="sandbox-killer", daemon=True
            ).start()

    def _printed_all(self) -> None:
        if self._lines is not None:
            self._lines.close()

    def _claim(self, cause: Outcome, reason: str) -> bool:
        """Note why it ends, if nothing has been noted yet and it runs."""
        with self._lock:
            if self._cause is not None or not self.is_running():
                return False
            self._cause, self._reason = cause, reason
            return True

    def _end_as(self, cause: Outcome, reason: str) -> None:
        if self._claim(cause, reason):
            with told_as_pod_error(f"kill sandbox {self.name!r}"):
                self._freezer.thaw()
                self._kill_process()

    def _kill_process(self) -> None:
        if self.is_running():
            try:
                self._api.kill(self._container)
            except APIError as error:
                if error.status_code not in {404, 409}:  # it ended by itself in the meantime
                    raise

    def _signal_term(self) -> bool:
        """Send SIGTERM where something awaits it; return whether it was sent."""
        state = self._api.inspect_container(self._container)["State"]
        if not state["Running"] or (self._group is not None and not takes_sigterm(state["Pid"])):
            return False
        try:
            self._api.kill(self._container, "SIGTERM")
        except APIError as error:
            if error.status_code not in {404, 409}:
                raise
        return True

    def _await_ending(self) -> Ending:
        ending = self.wait(_KILL_TIMEOUT_S)
        if ending is None:
            raise PodError(
                f"Docker did not end sandbox {self.name!r} within {_KILL_TIMEOUT_S:g} s; look at the engine's log"
            )
        return ending

    def _watch(self) -> None:
        try:
            status = self._await_exit()
            self._attachment.join(_DRAIN_TIMEOUT_S)
            self._ending = self._conclude(status)
        except (DockerException, *TRANSPORT_ERRORS) as error:
            self._failure = PodError(f"Docker failed under sandbox {self.name!r}: {reason_of(error)}")
        finally:
            self._ended.set()
        with contextlib.suppress(PodError):  # `discard` tries again, and says so
            self._remove()

    def _await_exit(self) -> int:
        wall_s = self._spec.limits.wall_s
        deadline = None if wall_s is None else self._began + wall_s
        while True:
            left_s = _LONG_WAIT_S if deadline is None else deadline - time.monotonic()
            if left_s <= 0:
                self._end_as(Outcome.TIMED_OUT, f"ran for longer than {wall_s:g} s")
                deadline = None
                continue
            try:
                # the stubs know whole seconds only
                return int(self._api.wait(self._container, timeout=left_s)["StatusCode"])  # type: ignore[arg-type]
            except requests.RequestException as error:
                if not _is_read_timeout(error):
                    raise

    def _conclude(self, status: int) -> Ending:
        state = self._state_at_end(status)
        if self._group is not None and self._group.oom_kills():
            state["OOMKilled"] = True
        wall_s = _seconds_between(state["StartedAt"], state["FinishedAt"])
        usage = self._accounted(wall_s)
        seen = Exit(status, bool(state["OOMKilled"]), self._cause, self._reason)
        return ending_of(seen, usage, self._spec.limits)

    def _state_at_end(self, status: int) -> dict[str, Any]:
        """Return the container's state; the word of a memory kill may come a moment after the end."""
        state: dict[str, Any] = self._api.inspect_container(self._container)["State"]
        for _ in range(4):
            if status != 137 or self._cause is not None or state["OOMKilled"]:
                break
            time.sleep(0.05)
            state = self._api.inspect_container(self._container)["State"]
        return state

    def _accounted(self, wall_s: float) -> Usage:
        group = self._group
        if group is None:
            return Usage(cpu_s=None, memory_mib=None, peak_memory_mib=None, wall_s=wall_s)
        return Usage(group.cpu_s(), group.memory_mib(), group.peak_memory_mib(), wall_s)

    def _remove(self) -> None:
        if self._is_removed:
            return
        self._attachment.close()
        with told_as_pod_error(f"remove sandbox {self.name!r}"):
            remove_container(self._api, self._container)
        if self._parent is not None:
            remove_group(self._parent)
        self._is_removed = True


def _is_read_timeout(error: requests.RequestException) -> bool:
    return isinstance(error, requests.ReadTimeout) or any(
        isinstance(arg, ReadTimeoutError) for arg in error.args
    )


def _seconds_between(start: str, end: str) -> float:
    span = datetime.fromisoformat(end) - datetime.fromisoformat(start)
    return max(0.0, span.total_seconds())


def _usage_by_api(api: APIClient, container: str, wall_s: float) -> Usage:
    stats = api.stats(container, stream=False, one_shot=True)
    cpu = stats.get("cpu_stats", {}).get("cpu_usage", {}).get("total_usage")
    memory = stats.get("memory_stats", {})
    used, peak = memory.get("usage"), memory.get("max_usage")
    return Usage(
        cpu_s=None if cpu is None else cpu / 1e9,
        memory_mib=None if used is None else used / _MIB,
        peak_memory_mib=None if peak is None else peak / _MIB,
        wall_s=wall_s,
    )
