"""Plays the grader's side of the examiner's channel with plain processes: nothing is contained, so for our code."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
HOST = CHECKOUT / "grader" / "host" / "host.py"

Command = Callable[[int], Sequence[str]]
"""From a port to the command that listens there."""


def host_command(entry: str = "solution:LRUCache", adapter: Path | None = None) -> Command:
    """Return what starts the real host around an entry, and an adapter where there is such a file."""
    adapted = ["--adapter", str(adapter)] if adapter is not None and adapter.exists() else []
    host = [sys.executable, "-P", "-s", str(HOST), *adapted, "--entry", entry]
    return lambda port: [*host, "--port", str(port)]


def server_command(*words: str) -> Command:
    """Return what starts a server of a challenge's own; it gets its port as the last argument."""
    return lambda port: [sys.executable, *words, str(port)]


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class PlainProcess:
    """A host process without a sandbox around it."""

    folder: Path
    command: Sequence[str]
    token: str
    process: subprocess.Popen[bytes] | None = None
    log: Any = None
    started: float = 0.0
    starts: int = 0
    killed_by_us: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    data: tempfile.TemporaryDirectory[str] | None = None
    exits: list[int] = field(default_factory=list)

    def start(self, more: Mapping[str, str] | None = None) -> None:
        """Start it unless it runs, with more in its environment."""
        if self.process is not None and self.process.poll() is None:
            return
        self.log = self.log or tempfile.TemporaryFile()  # noqa: SIM115 - closed with the pod
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env={
                "HOST_TOKEN": self.token,
                "PATH": os.environ["PATH"],
                "PYTHONDONTWRITEBYTECODE": "1",
                "DATA_DIR": self._data_folder(),
                **self.environment,
                **(more or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.started = time.monotonic()
        self.starts += 1
        self.killed_by_us = False

    def stop(self, grace_s: float) -> None:
        """Ask it to end, and kill what is left after a grace."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(grace_s)
            self.exits.append(self.process.poll() or 0)
            self.kill()

    def discard_data(self) -> None:
        """Kill it and forget its data folder."""
        self.kill()
        if self.data is not None:
            self.data.cleanup()
            self.data = None

    def close(self) -> None:
        """Leave nothing."""
        self.discard_data()
        if self.log is not None:
            self.log.close()

    def _data_folder(self) -> str:
        self.data = self.data or tempfile.TemporaryDirectory()
        return self.data.name

    def kill(self) -> None:
        """Kill it and what it started."""
        if self.process is not None:
            self.killed_by_us = self.process.poll() is None
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def signal(self, number: int) -> None:
        """Send it a signal, if it runs."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def usage(self) -> dict[str, float | None]:
        """Return CPU seconds by the kernel's clock of the process, and its memory."""
        cpu = memory = peak = None
        if self.process is not None and self.process.poll() is None:
            cpu = time.clock_gettime(
                (~self.process.pid << 3) | 2
            )  # the clock that clock_getcpuclockid(3) names
            status = Path(f"/proc/{self.process.pid}/status").read_text()
            rows = dict(line.split(":", 1) for line in status.splitlines())
            memory, peak = (int(rows[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
        wall = time.monotonic() - self.started
        return {"cpu_s": cpu, "memory_mib": memory, "peak_memory_mib": peak, "wall_s": wall}

    def ending(self) -> dict[str, Any] | None:
        """Return how it ended, `None` while it runs."""
        code = self.process.poll() if self.process is not None else None
        if code is None:
            return None
        outcome = "stopped" if self.killed_by_us else "crashed" if code < 0 else "exited"
        return {
            "outcome": outcome,
            "exit_code": max(code, 0),
            "signal": -code if code < 0 else None,
            "detail": "",
        }

    def output(self) -> dict[str, str]:
        """Return the end of what it printed."""
        if self.log is None:
            return {"text": ""}
        end = self.log.seek(0, os.SEEK_END)
        self.log.seek(max(0, end - 8192))
        return {"text": self.log.read().decode("utf-8", "replace")}


@dataclass
class Run:
    """What one examination wrote."""

    events: list[dict[str, Any]] = field(default_factory=list)
    exit_code: int = -1
    errors: str = ""
    starts: dict[str, int] = field(default_factory=dict)

    def tests(self, check: str | None = None) -> list[dict[str, Any]]:
        """Return the test events, of one check or of all."""
        return [
            event for event in self.events if event["event"] == "test" and check in {None, event["check"]}
        ]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return the events of a kind."""
        return [event for event in self.events if event["event"] == kind]


class PlainPod:
    """The candidate, the reference and its copy as plain processes, and the examiner over them."""

    def __init__(self, suite: Path, candidate: Path, reference: Path, settings: dict[str, Any]) -> None:
        entry = settings.get("entry", "solution:LRUCache")
        self.command: Command = host_command(entry, suite.parent / "adapter.py")
        self.reference_command: Command = self.command
        self._suite = suite
        self._settings = settings
        self._folders = {"candidate": candidate, "reference": reference, "reference_copy": reference}
        self.say: Callable[[dict[str, Any]], None] = lambda _: None
        self.has_cpu_account = True
        self._processes: dict[str, PlainProcess] = {}

    def examine(self, arguments: Sequence[str] = (), *, errors_to: Any = None) -> Run:
        """Run the examiner to its end and return what it wrote."""
        with tempfile.TemporaryDirectory() as folder:
            files = Path(folder)
            (files / "suite").symlink_to(self._suite)
            self._processes = {name: self._process(name) for name in self._folders}
            (files / "examination.json").write_text(json.dumps(self._examination()))
            ports = ",".join(str(process.command[-1]) for process in self._processes.values())
            self._processes["candidate"].environment["PORTS"] = ports
            self._processes["candidate"].start()
            try:
                return self._converse(files, arguments, errors_to)
            finally:
                for process in self._processes.values():
                    process.close()

    def _process(self, name: str) -> PlainProcess:
        port = free_port()
        command = self.command(port) if name == "candidate" else self.reference_command(port)
        return PlainProcess(self._folders[name], [*command], secrets.token_hex(16))

    def _entry(self) -> str:
        return str(self._settings.get("entry", "solution:LRUCache"))

    def _examination(self) -> dict[str, Any]:
        defaults = {
            "challenge": "lru_cache",
            "kind": "library",
            "entry": self._entry(),
            "seed": 123456,
            "call_s": 10.0,
            "examination_s": 180.0,
            "start_s": 20.0,
            "checks": {},
            "sides": {},
            "load": {"block_s": 0.12, "blocks": 5, "extended_blocks": 15, "warmup_s": 0.2, "users": 2},
        }
        sandboxes = {
            name: {"port": int(process.command[-1]), "token": process.token}
            for name, process in self._processes.items()
        }
        return defaults | self._settings | {"sandboxes": sandboxes}

    def _converse(self, files: Path, arguments: Sequence[str], errors_to: Any) -> Run:
        run = Run()
        with tempfile.TemporaryFile() as errors:
            examiner = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "grader.examiner", str(files), *arguments],
                cwd=files,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors_to or errors,
            )
            assert examiner.stdin is not None
            assert examiner.stdout is not None
            with examiner.stdin, examiner.stdout:
                for line in examiner.stdout:
                    event = json.loads(line)
                    if event["event"] == "control":
                        examiner.stdin.write(json.dumps(self._answer(event)).encode() + b"\n")
                        examiner.stdin.flush()
                    else:
                        run.events.append(event)
                        self.say(event)
            run.exit_code = examiner.wait()
            errors.seek(0)
            run.errors = errors.read().decode("utf-8", "replace")
        run.starts = {name: process.starts for name, process in self._processes.items()}
        return run

    def _answer(self, request: dict[str, Any]) -> dict[str, Any]:
        action = _ACTIONS.get(request["action"])
        if action is None:
            return {"id": request["id"], "ok": False, "error": f"there is no action {request['action']}"}
        result = action(self._processes[request["sandbox"]], request)
        if request["action"] == "usage" and not self.has_cpu_account:
            result["cpu_s"] = None
        return {"id": request["id"], "ok": True, "result": result}


def _restart(process: PlainProcess, request: dict[str, Any]) -> None:
    process.kill()
    process.start(request.get("environment"))


def _stop(process: PlainProcess, request: dict[str, Any]) -> dict[str, Any] | None:
    process.stop(request.get("grace_s", 5.0))
    return process.ending()


def _kill(process: PlainProcess, _: dict[str, Any]) -> dict[str, Any] | None:
    process.kill()
    return process.ending()


_ACTIONS: dict[str, Callable[[PlainProcess, dict[str, Any]], Any]] = {
    "start": lambda process, request: process.start(request.get("environment")),
    "restart": _restart,
    "stop": _stop,
    "kill": _kill,
    "discard_data": lambda process, _: process.discard_data(),
    "pause": lambda process, _: process.signal(signal.SIGSTOP),
    "resume": lambda process, _: process.signal(signal.SIGCONT),
    "usage": lambda process, _: process.usage(),
    "ending": lambda process, _: process.ending(),
    "output": lambda process, _: process.output(),
}
