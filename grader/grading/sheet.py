"""Puts evidence, score and circumstances into a score sheet."""

from __future__ import annotations

import os
import platform
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grader import __version__
from grader.challenge import Challenge
from grader.evidence import Evidence
from grader.grading.examination import Examined
from grader.intake import Submission
from grader.questions import choose, load_bank
from grader.score_sheet import (
    ChallengeRef,
    Environment,
    Flag,
    ScoreSheet,
    SourceFile,
    SubmissionFacts,
    UsageRecord,
)
from grader.scoring import Score
from grader.words import Level, Verdict
from sandbox import Engine

_MOST_SHOWN_BYTES = 200_000
_MOST_SHOWN_FILES = 200


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a sheet says besides the evidence: what was graded, where, with which seed, since when."""

    challenge: Challenge
    submission: Submission
    engine: Engine
    seed: int
    started_at: datetime


def make_sheet(
    what: Circumstances, evidence: Evidence, examined: Examined, scored: Score, timings: Mapping[str, float]
) -> ScoreSheet:
    """Return the sheet of a grading that came to its end."""
    failure = evidence.build_failure
    return ScoreSheet(
        id=str(uuid.uuid4()),
        challenge=_challenge_ref(what.challenge),
        submission=_submission_facts(what.submission),
        verdict=scored.verdict,
        total=scored.total,
        level=scored.level,
        summary=failure.message if failure else "",
        criteria=scored.criteria,
        measurements=scored.measurements,
        flags=tuple(
            Flag(id=flag.id, severity=flag.severity, message=flag.message) for flag in evidence.flags
        ),
        usage=examined.usage,
        follow_ups=choose(what.challenge, scored, evidence.facts, load_bank()),
        environment=_environment(what.engine, what.seed),
        timings=dict(timings),
        files=_source_files(what.submission),
        output=failure.log if failure and failure.log else examined.output,
        started_at=what.started_at,
        finished_at=datetime.now(UTC),
    )


def make_failed_sheet(what: Circumstances, error: Exception) -> ScoreSheet:
    """Return the sheet that records our own failure: `grader_error`, without a word on the submission."""
    return ScoreSheet(
        id=str(uuid.uuid4()),
        challenge=_challenge_ref(what.challenge),
        submission=_submission_facts(what.submission),
        verdict=Verdict.GRADER_ERROR,
        total=0.0,
        level=Level.BELOW,
        summary=str(error),
        criteria=(),
        usage=UsageRecord(cpu_s=None, wall_s=0.0, peak_memory_mib=None),
        environment=_environment(what.engine, what.seed),
        started_at=what.started_at,
        finished_at=datetime.now(UTC),
    )


def _challenge_ref(challenge: Challenge) -> ChallengeRef:
    return ChallengeRef(id=challenge.id, version=challenge.version, title=challenge.title.model_dump())


def _submission_facts(submission: Submission) -> SubmissionFacts:
    return SubmissionFacts(
        digest=submission.digest, source=submission.source, files=submission.files, bytes=submission.bytes
    )


def _environment(engine: Engine, seed: int) -> Environment:
    facts = engine.describe()
    images = {
        key.removeprefix("image "): value for key, value in facts.facts.items() if key.startswith("image ")
    }
    return Environment(
        engine=f"{facts.name} {facts.version}",
        images=images,
        cpu=f"{_cpu_model()}, {os.cpu_count()} processors",
        python=platform.python_version(),
        seed=seed,
        grader_version=__version__,
    )


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine()
    )


def _source_files(submission: Submission) -> tuple[SourceFile, ...]:
    """Return the text files for the report, cut where they are long; the submission's tree is ours to read."""
    shown: list[SourceFile] = []
    left = _MOST_SHOWN_BYTES
    for path in sorted(path for path in submission.root.rglob("*") if path.is_file()):
        if len(shown) == _MOST_SHOWN_FILES or left <= 0:
            break
        data = path.read_bytes()[: left + 1]
        if b"\0" in data:
            continue
        text = data[:left].decode("utf-8", "replace")
        is_cut = len(data) > left
        shown.append(SourceFile(path=path.relative_to(submission.root).as_posix(), text=text, is_cut=is_cut))
        left -= len(data)
    return tuple(shown)
