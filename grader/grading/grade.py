"""One grading from end to end: reserve processors, examine and inspect side by side, score, write down."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from grader.catalogue import Catalogue
from grader.challenge import Challenge
from grader.dependencies import DependencyError
from grader.errors import GradingFailed
from grader.evidence import BuildFailed, Evidence
from grader.grading.cores import reserve
from grader.grading.examination import NOT_EXAMINED, Examined, examine, inspect
from grader.grading.packages import Supply
from grader.grading.plan import Plan, make_plan
from grader.grading.sheet import Circumstances, make_failed_sheet, make_sheet
from grader.grading.subjects import Code
from grader.intake import Submission, take_in
from grader.score_sheet import ScoreSheet
from grader.scoring import score
from sandbox import Engine, SandboxError

Say = Callable[[str], None]

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Grading:
    """What is graded, against what, where, and with which seed (`None`: derived from version and secret)."""

    challenge: Challenge
    catalogue: Catalogue
    submission: Submission
    engine: Engine
    seed: int | None = None
    secret: str = ""
    supply: Supply = field(default_factory=Supply)

    def circumstances(self, started_at: datetime) -> Circumstances:
        """Return what the sheet says besides the evidence."""
        seed = derive_seed(self.challenge, self.secret) if self.seed is None else self.seed
        return Circumstances(self.challenge, self.submission, self.engine, seed, started_at)


def grade(grading: Grading, say: Say) -> ScoreSheet:
    """Grade a submission.

    The same submission, challenge version and secret give the same sheet but for ids, times and measured figures.
    Raises `GradingFailed` after three failures of our own, `SubmissionError` where the entry file is missing.
    """
    clock = time.monotonic()
    what = grading.circumstances(datetime.now(UTC))
    rival = grading.catalogue.reference(grading.challenge)
    with take_in(rival, entry=grading.challenge.root_entry) as reference:
        evidence, examined = _gather_evidence(grading, reference, what.seed, say)
    scored = score(grading.challenge, evidence)
    timings = examined.seconds | {"total": round(time.monotonic() - clock, 3)}
    return make_sheet(what, evidence, examined, scored, timings)


def failed_sheet(grading: Grading, error: Exception) -> ScoreSheet:
    """Return the sheet that records that we failed."""
    return make_failed_sheet(grading.circumstances(datetime.now(UTC)), error)


def derive_seed(challenge: Challenge, secret: str) -> int:
    """Return the seed of a challenge's version: repeatable, and not to be guessed without the secret."""
    digest = hashlib.sha256(f"{challenge.id}\0{challenge.version}\0{secret}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _gather_evidence(
    grading: Grading, reference: Submission, seed: int, say: Say
) -> tuple[Evidence, Examined]:
    """Examine and inspect; our own failures are tried again in fresh sandboxes."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            packages = grading.supply.packages_for(grading.submission, grading.engine, say)
            with reserve(grading.engine.processors(), say) as cores:
                candidate = Code(grading.submission, packages)
                plan = make_plan(grading.challenge, candidate, reference, cores, seed)
                return _examine_and_inspect(plan, grading.engine, say)
        except DependencyError as error:
            return Evidence(build_failure=BuildFailed(message=str(error))), NOT_EXAMINED
        except (GradingFailed, SandboxError) as error:
            if attempt == _ATTEMPTS:
                raise GradingFailed(f"{error} (tried {_ATTEMPTS} times)") from error
            say(f"trying again: {error}")
    raise AssertionError("unreachable")


def _examine_and_inspect(plan: Plan, engine: Engine, say: Say) -> tuple[Evidence, Examined]:
    with ThreadPoolExecutor(1, "inspector") as background:
        inspecting = background.submit(inspect, plan, engine)
        examined = examine(plan, engine, say)
        inspected = inspecting.result()
    evidence = examined.evidence
    both = {"tests": evidence.tests + inspected.tests, "flags": evidence.flags + inspected.flags}
    return evidence.model_copy(update=both | {"facts": inspected.facts}), examined
