"""Runs the inspection in a child process that may crash or take too long, and answers whatever becomes of it."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from grader.inspector.errors import InspectorFailed
from grader.inspector.finding import Answer, Flag, answer_line, flag_line
from grader.inspector.inspection import FACTS
from grader.inspector.traces import TRACES
from grader.words import Severity

CPU_S = 4
"""What bounds an inspection: processor time, since wall time would be the machine's doing, not the submission's."""

BUDGET_S = 15.0
BUSY_CPU_S = 2.0
"""An inspection that got less than this within `BUDGET_S` of wall time was kept waiting: nobody's loss."""

CRASHES = 3
FRAMES = 8000
"""Room for walks over trees of the depth that `tree.NODES_DEEP` allows."""

Work = Callable[[Callable[[str], None], frozenset[str]], Iterator[tuple[str, list[str]]]]
"""Answers checks one by one, announcing each file before it is parsed, leaving refused files alone."""


@dataclass(slots=True)
class _Heard:
    """What a child said before it ended."""

    answered: dict[str, list[str]] = field(default_factory=dict)
    reading: str = ""
    failure: str = ""
    is_late: bool = False
    status: int = 0
    cpu_s: float = 0.0


def _child(work: Work, refused: frozenset[str], output: int) -> None:
    """Do the work in the child and write each answer as a line; never returns."""
    status = 0

    def say(document: dict[str, object]) -> None:
        line = json.dumps(document).encode() + b"\n"
        while line:
            line = line[os.write(output, line) :]

    try:
        sys.setrecursionlimit(FRAMES)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
        for check, lines in work(lambda path: say({"reading": path}), refused):
            say({"check": check, "lines": lines})
    except InspectorFailed as error:
        say({"failure": str(error)})
    except (RecursionError, MemoryError):
        status = 1
    except Exception as error:  # noqa: BLE001 - whatever it is, it is our error and has to be told
        say({"failure": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(status)


def _listen(pipe: int, heard: _Heard, deadline: float) -> None:
    rest = b""
    while True:
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            heard.is_late = True
            return
        block = os.read(pipe, 65536)
        if not block:
            return
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            document = json.loads(line)
            heard.reading = document.get("reading", heard.reading)
            heard.failure = document.get("failure", heard.failure)
            if "check" in document:
                heard.answered[document["check"]] = document["lines"]
                heard.reading = ""


def _attempt(work: Work, refused: frozenset[str], deadline: float) -> _Heard:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(work, refused, writer)
    os.close(writer)
    heard = _Heard()
    try:
        _listen(reader, heard, deadline)
    finally:
        os.close(reader)
        if heard.is_late:
            os.kill(child, signal.SIGKILL)
        _, heard.status, used = os.wait4(child, 0)
    heard.cpu_s = used.ru_utime + used.ru_stime
    return heard


def watch(work: Work, checks: tuple[str, ...], budget_s: float = BUDGET_S) -> list[str]:
    """Return the lines for every check, in order. Raises `InspectorFailed` where the fault is ours.

    A file whose parsing ends the child is left aside in the next attempt. Where the time is over, or a crash
    has no file to blame, what is still open has failed, and a flag says so.
    """
    deadline = time.monotonic() + budget_s
    refused: frozenset[str] = frozenset()
    heard = _Heard()
    for _ in range(CRASHES):
        heard = _attempt(work, refused, deadline)
        if heard.failure:
            raise InspectorFailed(heard.failure)
        if heard.is_late and heard.cpu_s < BUSY_CPU_S:
            raise InspectorFailed(f"got {heard.cpu_s:.1f} s of processor time in {budget_s:g} s; the machine is busy")
        is_done = heard.status == 0 and not heard.is_late
        if is_done or heard.is_late or not heard.reading or heard.reading in refused:
            break
        refused |= {heard.reading}
    return _lines(heard, checks)


def _lines(heard: _Heard, checks: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    open_checks = [check for check in checks if check not in heard.answered]
    is_slow = heard.is_late or heard.status == signal.SIGXCPU
    why = "took longer than its time allows" if is_slow else "could not come to its end"
    for check in checks:
        unknown = Answer(check, 0.0, f"Reading this submission {why}, so this check has no answer.")
        lines += heard.answered.get(check) or [answer_line(unknown)]
    lines += heard.answered.get(FACTS, [])
    lines += heard.answered.get(TRACES, [])
    if open_checks:
        message = f"The inspection {why}; without an answer: {', '.join(open_checks)}. A person should look at it."
        lines.append(flag_line(Flag("inspection_stopped", Severity.WARNING, message)))
    return lines
