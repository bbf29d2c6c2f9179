"""A running sandbox: one thread looks after it, drains its output, and says how it ended."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator

from sandbox.bubblewrap.account import Account
from sandbox.bubblewrap.ending import judge
from sandbox.bubblewrap.holder import End
from sandbox.bubblewrap.launch import MIB, Tree
from sandbox.bubblewrap.streams import Capture, LineReader
from sandbox.contract import Ending, Outcome, Output, SandboxSpec, Usage
from sandbox.errors import PodError
from sandbox.policy import Policy

_CHUNK = 65536
_OOM_CHECK_S = 0.01


class BubblewrapSandbox:
    """One process tree. It is let go by its constructor; `on_end` is called when everything of it is gone."""

    def __init__(
        self,
        spec: SandboxSpec,
        tree: Tree,
        account: Account,
        policy: Policy,
        end_of: Callable[[int, float], End | None],
        on_end: Callable[[], None],
    ) -> None:
        self._spec = spec
        self._tree = tree
        self._account = account
        self._end_of = end_of
        self._on_end = on_end
        self._end_s = float(policy.sections["bubblewrap"]["end_s"])
        self._capture = Capture(policy.head_bytes, policy.tail_bytes)
        self._lines = LineReader(tree.stdout, policy.line_bytes) if spec.channel else None
        self._captured = tree.stdout if tree.stderr is None else tree.stderr
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._stdin: int | None = tree.stdin
        self._cause: tuple[Outcome, str] | None = None
        self._ending: Ending | None = None
        self._failure: str | None = None
        self._ended = threading.Event()
        self._is_paused = False
        self._is_gone = tree.failure is not None
        self._started = time.monotonic()
        self._begin()

    @property
    def name(self) -> str:
        """The name in its pod."""
        return self._spec.name

    def send(self, data: bytes) -> None:
        """Write to standard input (channel only). Raises `BrokenPipeError` once it has ended."""
        if self._lines is None:
            raise PodError(f"{self.name}: has no channel; ask for one in its specification")
        with self._sending:
            if self._stdin is None or self._is_gone:
                raise BrokenPipeError(f"{self.name} has ended")
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._stdin, rest) :]

    def lines(self) -> Iterator[bytes]:
        """Yield standard output line by line, without the newline, until it ends (channel only)."""
        if self._lines is None:
            return
        try:
            yield from self._lines.lines()
        except OverflowError as error:
            self._end_because(Outcome.OUTPUT_LIMIT, str(error))

    def output(self) -> Output:
        """Return what was captured so far (of a channel's sandbox: standard error)."""
        return self._capture.output()

    def wait(self, timeout_s: float | None = None) -> Ending | None:
        """Wait for the end; `None` where it still runs after `timeout_s` seconds."""
        if not self._ended.wait(timeout_s):
            return None
        if self._failure is not None:
            raise PodError(f"{self.name}: {self._failure}")
        return self._ending

    def stop(self, grace_s: float) -> Ending:
        """Send SIGTERM to the first process, kill the whole tree after `grace_s` seconds."""
        with self._lock:
            if self._cause is None and not self._is_dead():
                self._cause = (Outcome.STOPPED, "stopped by the grader")
                self._signal(signal.SIGTERM)
        self.resume()
        self._ended.wait(grace_s)
        return self.kill()

    def kill(self) -> Ending:
        """Kill the whole tree."""
        self._end_because(Outcome.STOPPED, "killed by the grader")
        ending = self.wait(self._end_s)
        if ending is None:
            raise PodError(f"{self.name}: still there {self._end_s} s after SIGKILL")
        return ending

    def pause(self) -> None:
        """Freeze every process of the tree."""
        with self._lock:
            if self._is_dead():
                return
            try:
                self._account.freeze()
            except (OSError, TimeoutError) as error:
                if self._is_dead():  # it has just ended
                    return
                raise PodError(f"{self.name}: cannot be paused: {error}") from error
            self._is_paused = True

    def resume(self) -> None:
        """Let a frozen tree go on."""
        with self._lock:
            self._thaw()

    def usage(self) -> Usage:
        """Return the account so far, or as it was at the end."""
        with self._lock:
            if not self._is_dead():
                return self._usage(time.monotonic() - self._started)
        self._ended.wait(self._end_s)
        return self._usage(0.0) if self._ending is None else self._ending.usage

    def _begin(self) -> None:
        """Say the word to go, and start to look after it."""
        keeper = threading.Thread(target=self._keep, name=f"sandbox-{self.name}", daemon=True)
        if self._tree.failure is None:
            with contextlib.suppress(BrokenPipeError):
                os.write(self._tree.stdin, b"go\n")
        if self._lines is None:
            self._close_stdin()
        keeper.start()

    def _keep(self) -> None:
        try:
            if self._tree.failure is None:
                self._look_after()
            ending = self._conclude(time.monotonic() - self._started)
        except (OSError, ValueError) as error:
            ending, self._failure = None, f"the engine failed while it ran: {error}"
            self._kill_tree()
        self._account.close()
        self._release()
        self._ending = ending
        self._on_end()
        self._ended.set()

    def _look_after(self) -> None:
        """Drain the output and hold the limits until the last process is gone."""
        poller = select.poll()
        poller.register(self._tree.pidfd, select.POLLIN)
        poller.register(self._captured, select.POLLIN)
        event = self._account.oom_event()
        with contextlib.ExitStack() as stack:
            if event is not None:
                stack.callback(os.close, event)
                poller.register(event, select.POLLIN)
            tick_s = self._account.watch_s
            while True:
                ready = {descriptor for descriptor, _ in poller.poll(self._patience_ms(tick_s))}
                if self._captured in ready and not self._drain():
                    poller.unregister(self._captured)
                if self._tree.pidfd in ready:
                    return
                if event is not None and event in ready:
                    poller.unregister(event)
                    tick_s = _OOM_CHECK_S
                self._hold_limits()

    def _patience_ms(self, tick_s: float | None) -> int | None:
        waits = [] if tick_s is None else [tick_s]
        if self._spec.limits.wall_s is not None and self._cause is None:
            waits.append(max(0.0, self._started + self._spec.limits.wall_s - time.monotonic()))
        return int(min(waits) * 1000) + 1 if waits else None

    def _hold_limits(self) -> None:
        limits = self._spec.limits
        if limits.wall_s is not None and time.monotonic() - self._started >= limits.wall_s:
            self._end_because(Outcome.TIMED_OUT, f"still running after {limits.wall_s:g} s")
        if self._capture.total_bytes > limits.output_mib * MIB:
            self._end_because(Outcome.OUTPUT_LIMIT, f"printed more than {limits.output_mib:g} MiB")
        if self._account.is_over() or self._account.oom_kills():
            self._kill_tree()  # the account says why

    def _drain(self) -> bool:
        data = os.read(self._captured, _CHUNK)
        self._capture.take(data)
        return bool(data)

    def _end_because(self, outcome: Outcome, detail: str) -> None:
        """Kill the tree; what ended it first is what is said of it."""
        with self._lock:
            if self._is_dead():
                return
            if self._cause is None:
                self._cause = (outcome, detail)
        self._kill_tree()

    def _kill_tree(self) -> None:
        with self._lock, contextlib.suppress(PodError):
            self._signal(signal.SIGKILL)  # the end of its first process is the end of a process namespace
            self._thaw()

    def _thaw(self) -> None:
        if not self._is_paused or self._is_gone:
            return
        try:
            self._account.thaw()
        except OSError as error:
            raise PodError(f"{self.name}: cannot be resumed: {error}") from error
        self._is_paused = False

    def _is_dead(self) -> bool:
        """Tell whether its last process is gone, whether or not the keeper has seen it."""
        if self._is_gone:
            return True
        return bool(select.select([self._tree.pidfd], [], [], 0)[0])

    def _signal(self, number: signal.Signals) -> None:
        if self._is_gone:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._tree.pidfd, number)

    def _conclude(self, wall_s: float) -> Ending:
        if self._tree.failure is not None:
            return Ending(Outcome.FAILED_TO_START, None, None, self._usage(wall_s), self._tree.failure)
        if (end := self._end_of(self._tree.number, self._end_s)) is None:
            raise OSError("the pod's first process is gone")
        self._account.conclude(end.cpu_s)
        killed_for_mib = self._spec.limits.memory_mib if self._account.oom_kills() else None
        return judge(self._cause, killed_for_mib, end.status, self._usage(wall_s))

    def _usage(self, wall_s: float) -> Usage:
        account = self._account
        return Usage(account.cpu_s(), account.memory_mib(), account.peak_memory_mib(), wall_s)

    def _release(self) -> None:
        """Take what is left in the pipes, which nothing writes to any more, and close everything."""
        os.set_blocking(self._captured, False)
        with contextlib.suppress(BlockingIOError):
            while self._drain():
                pass
        os.close(self._captured)
        if self._lines is not None:
            self._lines.finish()
        self._close_stdin()
        with self._lock:
            if not self._is_gone:
                self._is_gone = True
                os.close(self._tree.pidfd)

    def _close_stdin(self) -> None:
        with self._sending:
            if self._stdin is not None:
                os.close(self._stdin)
                self._stdin = None
