"""The frozen record of one grading; everything a report shows is in it.

Its JSON Schema is published as `score_sheet.schema.json` beside this module (`python -m grader.score_sheet`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from grader.words import CheckOutcome, Level, MeasurementVerdict, Severity, Verdict

Text = dict[str, str]
"""One text in several languages: `{"en": …, "ru": …}`; `en` is always there."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChallengeRef(_Frozen):
    """Which challenge was graded."""

    id: str
    version: str
    title: Text


class SubmissionFacts(_Frozen):
    """Which submission was graded: the digest of its tree, where it came from, its size."""

    digest: str
    source: str
    files: int
    bytes: int


class Note(_Frozen):
    """Something to say about one line of the submission; `line` counts from 1, 0 is the whole file."""

    path: str
    line: int
    text: str


class CheckRecord(_Frozen):
    """One check, its outcome and what it earned.

    `message` says in plain words what went wrong, `expected` and `actual` the two values, `counterexample` the
    shortest way to see it, as runnable Python or requests. `measurement` names the
    figure that a measured check is judged by.
    """

    id: str
    label: Text
    outcome: CheckOutcome
    points: float
    earned: float
    message: str = ""
    expected: str = ""
    actual: str = ""
    counterexample: str = ""
    log: str = ""
    duration_s: float = 0.0
    is_gate: bool = False
    measurement: str | None = None
    notes: tuple[Note, ...] = ()
    candidate_hint: Text = Field(default_factory=dict)


class CriterionRecord(_Frozen):
    """One graded quality and its checks; `withheld` says why points were not given although checks passed."""

    id: str
    title: Text
    points: float
    earned: float
    checks: tuple[CheckRecord, ...]
    withheld: str = ""


class Block(_Frozen):
    """One side's round of a paired measurement, raw: enough to judge again without a run."""

    side: Literal["candidate", "reference", "reference_copy"]
    index: int
    cpu_s: float | None
    wall_s: float
    requests: int
    failures: int
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None


class Point(_Frozen):
    """One point of a growth measurement: CPU seconds an operation at a size."""

    size: int
    cpu_s: float


class Measurement(_Frozen):
    """One figure with its band and limits.

    For a paired measurement `candidate` and `reference` are medians in `unit` a request and `ratio` is the median
    of the blocks' ratios; for a growth or count `ratio` is the judged figure itself. Full points up to `full_at`,
    none from `zero_at`. `low` and `high` bound the judged figure over the blocks.
    """

    id: str
    unit: str
    candidate: float | None
    reference: float | None
    ratio: float | None
    low: float | None
    high: float | None
    full_at: float
    zero_at: float
    verdict: MeasurementVerdict
    detail: str = ""
    self_check: float | None = None
    blocks: tuple[Block, ...] = ()
    growth: tuple[Point, ...] = ()


class Flag(_Frozen):
    """Something a person should look at, with its evidence in the message."""

    id: str
    severity: Severity
    message: str


class UsageRecord(_Frozen):
    """What the candidate's sandboxes used by the kernel's account; `None` is "unavailable"."""

    cpu_s: float | None
    wall_s: float
    peak_memory_mib: float | None


class FollowUp(_Frozen):
    """A question for the interview, why it was chosen, and what a good answer holds.

    `check` is the id of the check that called for it, whose hint is then the `good_answer`; it is empty where the
    code or the level reached called for it. `topic` and `level` are those of the question bank; `code` is what the
    question is about, where it shows some.
    """

    check: str
    question: Text
    why: Text = Field(default_factory=dict)
    good_answer: Text = Field(default_factory=dict)
    code: str = ""
    topic: str = ""
    level: Level | None = None


class Environment(_Frozen):
    """What the grading ran on; `seed` repeats it."""

    engine: str
    images: dict[str, str]
    cpu: str
    python: str
    seed: int
    grader_version: str


class SourceFile(_Frozen):
    """A text file of the submission, for the report; `text` is cut at the size the intake allows."""

    path: str
    text: str
    is_cut: bool = False


class ScoreSheet(_Frozen):
    """Everything that one grading found."""

    schema_version: Literal[1] = 1
    id: str
    challenge: ChallengeRef
    submission: SubmissionFacts
    verdict: Verdict
    total: Annotated[float, Field(ge=0, le=100)]
    level: Level
    summary: str = ""
    criteria: tuple[CriterionRecord, ...]
    measurements: tuple[Measurement, ...] = ()
    flags: tuple[Flag, ...] = ()
    usage: UsageRecord
    follow_ups: tuple[FollowUp, ...] = ()
    environment: Environment
    timings: dict[str, float] = Field(default_factory=dict)
    files: tuple[SourceFile, ...] = ()
    output: str = ""
    started_at: datetime
    finished_at: datetime

    def to_json(self) -> str:
        """Return the sheet as indented JSON text, ending in a newline."""
        return self.model_dump_json(indent=2) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `score_sheet.json`."""
    return ScoreSheet.model_json_schema(mode="serialization")


if __name__ == "__main__":
    import sys

    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
