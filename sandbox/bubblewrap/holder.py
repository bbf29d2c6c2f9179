"""The trusted process that holds a pod together: its network, its mounts, and the life of all that is in it.

It is the first process of a process namespace in which every sandbox of the pod has one of its own. When it ends
the kernel kills them all; and it ends when its standard input is closed, which a killed grader cannot fail to do.
What it runs is in `reaper.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sandbox.bubblewrap.machine import SEARCH_PATH, Machine
from sandbox.environments import base_interpreter
from sandbox.errors import PodError

TRUSTED_ENVIRONMENT = {"PATH": SEARCH_PATH, "LANG": "C.UTF-8"}

_REAPER = Path(__file__).with_name("reaper.py")
_COMMAND_S = 10.0
_READY = 0
"""In place of a process number: the reaper itself has begun."""


@dataclass(frozen=True, slots=True)
class End:
    """How a process of the pod ended: its wait status, and the processor time of it and its waited-for children."""

    status: int
    cpu_s: float


class Holder:
    """A running holder. `pid` is its number on the host, `root` the file system that it sees."""

    def __init__(self, machine: Machine, view: list[str]) -> None:
        """Start it. Raises `PodError` where the machine does not let us."""
        self._machine = machine
        self._ends: dict[int, End] = {}
        self._news = threading.Condition()
        self._is_over = False
        self._process, self._watcher, self.pid = self._start(view)
        self.root = Path(f"/proc/{self.pid}/root")

    def enter(self) -> list[str]:
        """Return the command that runs another in the holder's namespaces."""
        user = [] if self._machine.is_root else ["--user", "--preserve-credentials"]
        return [self._machine.program("nsenter"), *user, "--net", "--pid", "--mount", "-t", str(self.pid)]

    def run(self, command: list[str]) -> None:
        """Run a trusted command inside. Raises `PodError` with its words where it fails."""
        try:
            done = subprocess.run(
                [*self.enter(), "--", *command], env=TRUSTED_ENVIRONMENT, stdin=subprocess.DEVNULL,
                capture_output=True, text=True, timeout=_COMMAND_S, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PodError(f"cannot run {command[0]} in the pod: {error}") from error
        if done.returncode != 0:
            raise PodError(f"{' '.join(command)}: failed in the pod: {done.stderr.strip()}")

    def end_of(self, pid: int, timeout_s: float) -> End | None:
        """Wait for the end of a process, by its number in the pod; `None` where none is heard of in time."""
        with self._news:
            self._news.wait_for(lambda: pid in self._ends or self._is_over, timeout_s)
            return self._ends.pop(pid, None)

    def close(self) -> None:
        """End it, and with it every process of the pod; returns when they are gone."""
        with contextlib.suppress(ProcessLookupError):
            if self._process.poll() is None:
                os.kill(self.pid, signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._watcher.join(_COMMAND_S)
        if self._watcher.is_alive():
            self._process.kill()

    def _start(self, view: list[str]) -> tuple[subprocess.Popen[bytes], threading.Thread, int]:
        info, told = os.pipe()
        try:
            process, watcher = self._spawn(self._command(view, told), told)
        finally:
            os.close(told)
        with os.fdopen(info, "rb") as lines:
            text = lines.read()
        with self._news:
            self._news.wait_for(lambda: _READY in self._ends or self._is_over, _COMMAND_S)
            is_ready = self._ends.pop(_READY, None) is not None
        if process.stderr is None or not is_ready:
            process.kill()
            watcher.join(_COMMAND_S)
            words = process.stderr.read().decode(errors="replace").strip() if process.stderr else ""
            raise PodError(f"cannot open a pod: {words or 'bubblewrap ended at once'}")
        process.stderr.close()
        return process, watcher, int(json.loads(text)["child-pid"])

    def _command(self, view: list[str], info: int) -> list[str]:
        user = [] if self._machine.is_root else ["--unshare-user", "--uid", "0", "--gid", "0"]
        kinds = ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--as-pid-1"]
        options = ["--die-with-parent", "--info-fd", str(info), "--clearenv", "--setenv", "PATH", SEARCH_PATH]
        reaper = [str(base_interpreter()), "-I", "-S", "-c", _REAPER.read_text(encoding="utf-8")]
        return [self._machine.program("bwrap"), *user, *kinds, *options, *view, "--", *reaper]

    def _spawn(self, command: list[str], info: int) -> tuple[subprocess.Popen[bytes], threading.Thread]:
        """Start it from a thread that stays with it: `--die-with-parent` means the thread, not the process."""
        started: queue.SimpleQueue[subprocess.Popen[bytes] | OSError] = queue.SimpleQueue()

        def stay() -> None:
            try:
                process = subprocess.Popen(
                    command, env=TRUSTED_ENVIRONMENT, pass_fds=[info],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                )  # fmt: skip
            except OSError as error:
                started.put(error)
                return
            started.put(process)
            if process.stdout is not None:
                self._listen(process.stdout)
            process.wait()

        watcher = threading.Thread(target=stay, name="pod-holder", daemon=True)
        watcher.start()
        process = started.get()
        if isinstance(process, OSError):
            raise PodError(f"cannot start bubblewrap: {process}") from process
        return process, watcher

    def _listen(self, lines: IO[bytes]) -> None:
        """Note what the reaper tells, until it is gone."""
        with lines:
            for line in lines:
                pid, status, cpu_us = (_READY, 0, 0) if line == b"ready\n" else map(int, line.split())
                with self._news:
                    self._ends[pid] = End(status, cpu_us / 1e6)
                    self._news.notify_all()
        with self._news:
            self._is_over = True
            self._news.notify_all()
