"""Runs the examiner over the subjects of a pod, and the inspector in a pod of its own; both give evidence."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from grader.errors import GradingFailed
from grader.evidence import Event, Evidence, StageEntered, TestResult, gather, parse_event
from grader.grading.control import PodControl, WrongRequest
from grader.grading.forgery import forged_evidence
from grader.grading.plan import Plan
from grader.score_sheet import UsageRecord
from sandbox import Ending, Engine, Outcome, Sandbox

Say = Callable[[str], None]

_END_S = 10.0
_OUTPUT_SHOWN = 16 * 1024


@dataclass(frozen=True, slots=True)
class Examined:
    """What the examination brought: evidence, the candidate's usage and output, seconds by stage."""

    evidence: Evidence
    usage: UsageRecord
    output: str
    seconds: dict[str, float]


NOT_EXAMINED = Examined(Evidence(), UsageRecord(cpu_s=None, wall_s=0.0, peak_memory_mib=None), "", {})
"""What there is of a submission that could not even be built."""


def examine(plan: Plan, engine: Engine, say: Say) -> Examined:
    """Run the examiner over the candidate. Raises `GradingFailed` and `SandboxError`: ours, never the candidate's."""
    started = time.monotonic()
    with engine.open_pod() as pod, PodControl(pod, plan.subjects) as control:
        control.begin(plan.needed)
        examiner = pod.start(plan.examiner)
        seconds = {"start": round(time.monotonic() - started, 3)}
        watch = _Stages(say, seconds)
        evidence = gather(_converse(examiner, control, watch))
        watch.leave()
        _require_good_end(examiner, evidence)
        usage = control.usage_of("candidate")
        output = control.output_of("candidate", _OUTPUT_SHOWN)
        evidence = evidence.model_copy(update={"flags": evidence.flags + forged_evidence(output)})
        started = time.monotonic()
    seconds["stop"] = round(time.monotonic() - started, 3)
    return Examined(evidence, usage, output, seconds)


def inspect(plan: Plan, engine: Engine) -> Evidence:
    """Run the inspector over the candidate's tree as data. Raises `GradingFailed` and `SandboxError`."""
    with engine.open_pod() as pod:
        inspector = pod.start(plan.inspector)
        evidence = gather(_parse(line, plan.inspector.name) for line in inspector.lines())
        _require_good_end(inspector, evidence)
    return evidence


class _Stages:
    """Tells stages to the user and keeps how long each took."""

    def __init__(self, say: Say, seconds: dict[str, float]) -> None:
        self._say = say
        self._seconds = seconds
        self._name = "examine"
        self._since = time.monotonic()

    def enter(self, name: str) -> None:
        """Go on to a stage."""
        self.leave()
        self._name = name
        self._say(name)

    def leave(self) -> None:
        """Account for the stage in hand."""
        now = time.monotonic()
        spent = self._seconds.get(self._name, 0.0) + now - self._since
        self._seconds[self._name] = round(spent, 3)
        self._since = now

    def count(self, test: TestResult) -> None:
        """Tell a test's outcome."""
        self._say(f"{self._name}: {test.check} {test.outcome.value}")


def _converse(examiner: Sandbox, control: PodControl, stages: _Stages) -> Iterator[Event]:
    """Answer the examiner's requests and yield its evidence."""
    for line in examiner.lines():
        if b'"control"' in line[:64]:
            examiner.send(_answer(line, control))
            continue
        event = _parse(line, examiner.name)
        if isinstance(event, StageEntered):
            stages.enter(event.name)
        elif isinstance(event, TestResult):
            stages.count(event)
        yield event


def _answer(line: bytes, control: PodControl) -> bytes:
    request = json.loads(line)
    reply: dict[str, object] = {"id": request.get("id")}
    try:
        reply |= {"ok": True, "result": control.answer(request)}
    except WrongRequest as error:
        reply |= {"ok": False, "error": str(error)}
    return json.dumps(reply).encode() + b"\n"


def _parse(line: bytes, who: str) -> Event:
    try:
        return parse_event(line)
    except ValidationError as error:
        raise GradingFailed(
            f"the {who} wrote a line that is no evidence: {line[:200]!r} ({error.errors()[0]['msg']})"
        ) from None


def _require_good_end(sandbox: Sandbox, evidence: Evidence) -> None:
    """Hold that the trusted side came to its own end; anything else is our failure."""
    ending = sandbox.wait(_END_S)
    if (
        ending is not None
        and ending.outcome is Outcome.EXITED
        and ending.exit_code == 0
        and evidence.is_complete
    ):
        return
    last = sandbox.output().last_text(2000).strip()
    raise GradingFailed(f"the {sandbox.name} {_how(ending)}; its last words: {last or 'none'}")


def _how(ending: Ending | None) -> str:
    if ending is None:
        return f"did not end within {_END_S:g} s of its last line"
    detail = f" ({ending.detail})" if ending.detail else ""
    return f"ended as {ending.outcome.value}, exit {ending.exit_code}, signal {ending.signal}{detail}"
