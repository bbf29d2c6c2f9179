"""What the trusted side saw of one submission: results, measurements, flags and facts, gathered into one value.

The examiner and the inspector write one JSON object a line; this module reads those lines. Events:
  {"event": "test", "check": ID, "outcome": OUTCOME, "message", "expected", "actual", "counterexample",
   "log", "duration_s", "fraction": 0..1, "notes": [{"path", "line", "text"}]}
  {"event": "measurement", "id": ID, "unit", "candidate", "reference", "ratio", "low", "high", "self_check",
   "is_conclusive", "detail", "blocks": [...], "growth": [...]}
  {"event": "flag", "id", "severity", "message"}
  {"event": "fact", "id", "name", "path", "line"}
  {"event": "stage", "name"}
  {"event": "build_failed", "message"}
  {"event": "finished", "seconds": {stage: s}}
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from grader.score_sheet import Block, Note, Point
from grader.words import CheckOutcome, Severity


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TestResult(_Event):
    """One hidden test, or one question of the inspector, for one check."""

    __test__ = False

    event: Literal["test"] = "test"
    check: str
    outcome: CheckOutcome
    message: str = ""
    expected: str = ""
    actual: str = ""
    counterexample: str = ""
    log: str = ""
    duration_s: float = 0.0
    fraction: Annotated[float, Field(ge=0, le=1)] | None = None
    notes: tuple[Note, ...] = ()


class MeasurementResult(_Event):
    """The figures of one measurement, not yet held against its limits."""

    event: Literal["measurement"] = "measurement"
    id: str
    unit: str
    candidate: float | None = None
    reference: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    self_check: float | None = None
    is_conclusive: bool = True
    detail: str = ""
    blocks: tuple[Block, ...] = ()
    growth: tuple[Point, ...] = ()


class FlagRaised(_Event):
    """Something that a person should look at."""

    event: Literal["flag"] = "flag"
    id: str
    severity: Severity
    message: str


class FactSeen(_Event):
    """What the source does, of which a question can be asked: `id` is the kind, `name` what is written there."""

    event: Literal["fact"] = "fact"
    id: str
    name: str
    path: str
    line: int


class StageEntered(_Event):
    """The examiner went on to another stage; for progress and timings."""

    event: Literal["stage"] = "stage"
    name: str


class BuildFailed(_Event):
    """The candidate's code could not be started at all."""

    event: Literal["build_failed"] = "build_failed"
    message: str
    log: str = ""


class Finished(_Event):
    """The last line: the examiner came to its end by itself."""

    event: Literal["finished"] = "finished"
    seconds: dict[str, float] = Field(default_factory=dict)


Event = Annotated[
    TestResult | MeasurementResult | FlagRaised | FactSeen | StageEntered | BuildFailed | Finished,
    Field(discriminator="event"),
]
_EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Evidence(BaseModel):
    """All that was seen of one submission."""

    model_config = ConfigDict(frozen=True)

    tests: tuple[TestResult, ...] = ()
    measurements: tuple[MeasurementResult, ...] = ()
    flags: tuple[FlagRaised, ...] = ()
    facts: tuple[FactSeen, ...] = ()
    build_failure: BuildFailed | None = None
    is_complete: bool = False
    seconds: dict[str, float] = Field(default_factory=dict)


def parse_event(line: bytes | str) -> Event:
    """Read one line of evidence. Raises `pydantic.ValidationError`."""
    return _EVENT.validate_json(line)


def gather(events: Iterable[Event]) -> Evidence:
    """Put events together, in the order in which they came."""
    tests: list[TestResult] = []
    measurements: list[MeasurementResult] = []
    flags: list[FlagRaised] = []
    facts: list[FactSeen] = []
    build_failure: BuildFailed | None = None
    finished: Finished | None = None
    for event in events:
        match event:
            case TestResult():
                tests.append(event)
            case MeasurementResult():
                measurements.append(event)
            case FlagRaised():
                flags.append(event)
            case FactSeen():
                facts.append(event)
            case BuildFailed():
                build_failure = build_failure or event
            case Finished():
                finished = event
            case StageEntered():
                pass
    return Evidence(
        tests=tuple(tests),
        measurements=tuple(measurements),
        flags=tuple(flags),
        facts=tuple(facts),
        build_failure=build_failure,
        is_complete=finished is not None,
        seconds=finished.seconds if finished else {},
    )
