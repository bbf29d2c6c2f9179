"""Makes score sheets from scores, for tests that need no run."""

from __future__ import annotations

from datetime import UTC, datetime

from grader.challenge import Challenge
from grader.score_sheet import ChallengeRef, Environment, ScoreSheet, SubmissionFacts, UsageRecord
from grader.scoring import Score


def sheet_of(challenge: Challenge, scored: Score) -> ScoreSheet:
    """Return a sheet with a score and made-up circumstances."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return ScoreSheet(
        id="00000000-0000-4000-8000-000000000000",
        challenge=ChallengeRef(
            id=challenge.id, version=challenge.version, title=challenge.title.model_dump()
        ),
        submission=SubmissionFacts(digest="sha256:0", source="somewhere", files=1, bytes=1),
        verdict=scored.verdict,
        total=scored.total,
        level=scored.level,
        criteria=scored.criteria,
        measurements=scored.measurements,
        follow_ups=scored.follow_ups,
        usage=UsageRecord(cpu_s=1.0, wall_s=2.0, peak_memory_mib=3.0),
        environment=Environment(engine="none", images={}, cpu="", python="", seed=1, grader_version="0"),
        started_at=at,
        finished_at=at,
    )
