"""One container as a sandbox: watched to its end by a thread of its own, and removed after it."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from docker import APIClient
from docker.errors import APIError, DockerException
from urllib3.exceptions import ReadTimeoutError

from sandbox.contract import Ending, Outcome, Output, SandboxSpec, Usage
from sandbox.docker_engine.accounts import NOTHING, Account
from sandbox.docker_engine.attachment import Attachment
from sandbox.docker_engine.client import (
    TRANSPORT_ERRORS,
    is_about_the_program,
    is_not_running,
    reason_of,
    remove_container,
    told_as_pod_error,
)
from sandbox.docker_engine.endings import KILLED, Exit, ending_of
from sandbox.docker_engine.freezing import Freezer
from sandbox.docker_engine.groups import remove_group
from sandbox.docker_engine.printing import Printing
from sandbox.docker_engine.signals import takes_sigterm
from sandbox.errors import PodError
from sandbox.policy import Policy

_KILL_TIMEOUT_S = 30.0
_DRAIN_TIMEOUT_S = 5.0
_LONG_WAIT_S = 3600.0


class DockerSandbox:
    """A container from its creation to its removal; the contract's `Sandbox`."""

    def __init__(
        self, api: APIClient, spec: SandboxSpec, policy: Policy, container: str, parent: str | None
    ) -> None:
        self._api, self._spec, self._container, self._parent = api, spec, container, parent
        self._lock = threading.Lock()
        self._cause: Outcome | None = None
        self._reason = ""
        self._ended = threading.Event()
        self._ending: Ending | None = None
        self._failure: PodError | None = None
        self._account: Account | None = None
        self._watcher: threading.Thread | None = None
        self._is_removed = False
        self._freezer = Freezer(api, container)
        self._printing = Printing(
            spec.limits, policy, is_channel=spec.channel, too_much=self._end_for_too_much_output
        )
        self._attachment = Attachment(api, container, with_input=spec.channel)
        self._attachment.drain(self._printing.receive, self._printing.close)

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
            if not is_about_the_program(error):
                raise
            self._ending = Ending(Outcome.FAILED_TO_START, None, None, NOTHING, reason_of(error))
            self._ended.set()
            self.discard()
            return
        account = Account(self._api, self._container, self._parent)
        self._account, self._freezer.group = account, account.group
        self._watcher = threading.Thread(
            target=self._watch, args=(account,), name=f"sandbox-{self.name}", daemon=True
        )
        self._watcher.start()

    def send(self, data: bytes) -> None:
        """Write to standard input (channel only). Raises `BrokenPipeError` once it has ended."""
        if not self._spec.channel:
            raise PodError(
                f"sandbox {self.name!r} has no channel; start it with SandboxSpec(channel=True) to send to it"
            )
        if not self.is_running():
            raise BrokenPipeError(f"sandbox {self.name!r} has ended")
        self._attachment.send(data)

    def lines(self) -> Iterator[bytes]:
        """Yield standard output line by line, without the newline, until it ends (channel only)."""
        return self._printing.lines()

    def output(self) -> Output:
        """Return what was captured so far (of a channel's sandbox: standard error)."""
        return self._printing.output()

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
                if grace_s > 0 and self._is_told_to_stop():
                    self._ended.wait(grace_s)
                self._signal("SIGKILL")
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
        with told_as_pod_error(f"read the account of sandbox {self.name!r}"):
            return NOTHING if self._account is None else self._account.now()

    def discard(self) -> None:
        """Kill what runs, and return when the container and its cgroup are gone."""
        if self._watcher is not None:
            self._end_as(Outcome.STOPPED, "its pod was closed")
            self._watcher.join(_KILL_TIMEOUT_S)
        self._remove()

    def _claim(self, cause: Outcome, reason: str) -> bool:
        """Note why it ends, if nothing has been noted yet and it runs."""
        with self._lock:
            if self._cause is not None or not self.is_running():
                return False
            self._cause, self._reason = cause, reason
            return True

    def _end_as(self, cause: Outcome, reason: str) -> None:
        if self._claim(cause, reason):
            self._kill_tree()

    def _end_for_too_much_output(self, reason: str) -> None:
        """End it, on the draining thread: so it is noted here, and killed from another that may wait."""
        if self._claim(Outcome.OUTPUT_LIMIT, reason):
            threading.Thread(target=self._kill_tree, name="sandbox-killer", daemon=True).start()

    def _kill_tree(self) -> None:
        with told_as_pod_error(f"kill sandbox {self.name!r}"):
            self._freezer.thaw()
            self._signal("SIGKILL")

    def _signal(self, name: str) -> None:
        if self.is_running():
            try:
                self._api.kill(self._container, name)
            except APIError as error:
                if not is_not_running(error):  # else it ended by itself in the meantime
                    raise

    def _is_told_to_stop(self) -> bool:
        """Send SIGTERM where something awaits it; return whether it was sent."""
        state = self._state()
        is_seen = self._account is not None and self._account.group is not None
        if not state["Running"] or (is_seen and not takes_sigterm(state["Pid"])):
            return False
        self._signal("SIGTERM")
        return True

    def _await_ending(self) -> Ending:
        ending = self.wait(_KILL_TIMEOUT_S)
        if ending is None:
            raise PodError(
                f"Docker did not end sandbox {self.name!r} within {_KILL_TIMEOUT_S:g} s; look at the engine's log"
            )
        return ending

    def _watch(self, account: Account) -> None:
        try:
            status = self._await_exit(account.began)
            self._attachment.join(_DRAIN_TIMEOUT_S)
            self._ending = self._conclude(status, account)
        except (DockerException, *TRANSPORT_ERRORS, PodError) as error:
            self._failure = PodError(f"Docker failed under sandbox {self.name!r}: {reason_of(error)}")
        finally:
            self._ended.set()
        with contextlib.suppress(PodError):  # `discard` tries again, and says so
            self._remove()

    def _await_exit(self, began: float) -> int:
        wall_s = self._spec.limits.wall_s
        deadline = None if wall_s is None else began + wall_s
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

    def _conclude(self, status: int, account: Account) -> Ending:
        state = self._state()
        for _ in range(4):  # the word of a memory kill may come a moment after the end
            if status != KILLED or self._cause is not None or account.ran_out_of_memory(state):
                break
            time.sleep(0.05)
            state = self._state()
        seen = Exit(status, account.ran_out_of_memory(state), self._cause, self._reason)
        return ending_of(seen, account.at_end(state), self._spec.limits)

    def _state(self) -> Mapping[str, Any]:
        state: Mapping[str, Any] = self._api.inspect_container(self._container)["State"]
        return state

    def _remove(self) -> None:
        if not self._is_removed:
            self._attachment.close()
            with told_as_pod_error(f"remove sandbox {self.name!r}"):
                remove_container(self._api, self._container)
            if self._parent is not None:
                remove_group(self._parent)
            self._is_removed = True


def _is_read_timeout(error: requests.RequestException) -> bool:
    return isinstance(error, requests.ReadTimeout) or any(
        isinstance(part, ReadTimeoutError) for part in error.args
    )
