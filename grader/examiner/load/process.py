"""The Locust process as the examiner holds it: started early, told what to do line by line."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from grader.examiner.errors import ExaminerBroken

_NICENESS = 5
_MEMORY_BYTES = 640 * 2**20
"""Beyond this a locustfile's own client gets a `MemoryError`, which is a failed request, before the sandbox ends."""


class LoadProcess:
    """A process of its own, since importing Locust patches the one that does it."""

    def __init__(self, locustfile: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", "grader.examiner.load.worker", str(locustfile)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=_hold_back,  # noqa: PLW1509 - started before any thread
        )

    def ask(self, order: str, **more: object) -> dict[str, Any]:
        """Give an order and return its result. Raises `ExaminerBroken`."""
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: PT018, S101
        try:
            self._process.stdin.write(json.dumps({"order": order} | more).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended; what it had to say is on standard error
        line = self._process.stdout.readline()
        if not line:
            raise ExaminerBroken(
                f"the load process ended with exit code {self._process.wait()}; expected an answer"
            )
        answer: dict[str, Any] = json.loads(line)
        if "broken" in answer:
            raise ExaminerBroken(f"the load process failed: {answer['broken']}")
        return answer

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def _hold_back() -> None:
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_BYTES, _MEMORY_BYTES))
