"""The two-way channel to the grader: evidence and requests go out, answers come in, one JSON object a line."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from grader.examiner.errors import ExaminerBroken
from grader.examiner.showing import tidy

_MOST_TEXT = 4096


@dataclass(frozen=True, slots=True)
class Usage:
    """The kernel's account of a sandbox since its start; `None` is "unavailable"."""

    cpu_s: float | None
    memory_mib: float | None
    peak_memory_mib: float | None
    wall_s: float


class Channel:
    """Writes evidence and asks the grader to act on sandboxes; may be used from any thread."""

    def __init__(self, outgoing: BinaryIO, incoming: BinaryIO) -> None:
        self._outgoing = outgoing
        self._incoming = incoming
        self._lock = threading.Lock()
        self._number = 0
        self._stage = ""
        self._entered = time.monotonic()
        self._seconds: dict[str, float] = {}

    def emit(self, event: str, **fields: object) -> None:
        """Write one piece of evidence; texts are capped and made printable."""
        tidied = {
            name: tidy(value, _MOST_TEXT) if isinstance(value, str) else value
            for name, value in fields.items()
        }
        with self._lock:
            self._write({"event": event} | tidied)

    def enter(self, stage: str) -> None:
        """Say that another stage begins."""
        self._leave()
        self._stage = stage
        self.emit("stage", name=stage)

    def finish(self) -> None:
        """Say that the examiner came to its end by itself."""
        self._leave()
        self.emit("finished", seconds=self._seconds)

    def ask(self, action: str, sandbox: str, **more: object) -> Any:  # noqa: ANN401 - each action's own result
        """Have the grader do something with a sandbox. Raises `ExaminerBroken` where it cannot."""
        with self._lock:
            self._number += 1
            request = {"event": "control", "id": self._number, "action": action, "sandbox": sandbox}
            self._write(request | more)
            line = self._incoming.readline()
        answer: Mapping[str, Any] = json.loads(line) if line else {"error": "the grader closed the channel"}
        if not answer.get("ok") or answer.get("id") != self._number:
            raise ExaminerBroken(
                f"{action} of {sandbox} failed: {answer.get('error', 'the answer is out of order')}"
            )
        return answer.get("result")

    def usage(self, sandbox: str) -> Usage:
        """Return the kernel's account of a sandbox."""
        return Usage(**self.ask("usage", sandbox))

    def _leave(self) -> None:
        now = time.monotonic()
        if self._stage:
            self._seconds[self._stage] = round(self._seconds.get(self._stage, 0.0) + now - self._entered, 3)
        self._entered = now

    def _write(self, message: Mapping[str, object]) -> None:
        self._outgoing.write(json.dumps(message).encode() + b"\n")
        self._outgoing.flush()
