"""The sandboxes of one grading: what each is given, may use and is called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from grader.challenge import Challenge
from grader.grading.cores import Cores
from grader.grading.pack import join, own_modules, pack, read_folder
from grader.grading.subjects import PORTS, Code, Subject, make_subject
from grader.intake import Submission
from sandbox import Image, Limits, SandboxSpec

_EXAMINER_LIMITS = Limits(memory_mib=1024, processes=512, open_files=4096, tmp_mib=128, output_mib=64)
_INSPECTOR_LIMITS = Limits(wall_s=30, memory_mib=768, processes=32, open_files=256, tmp_mib=64, output_mib=16)
_GRACE_S = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a grading starts: the examiner, the subjects by name, and the inspector in a pod of its own.

    `needed` are the subjects that the examiner will ask for, in that order.
    """

    examiner: SandboxSpec
    subjects: Mapping[str, Subject]
    needed: tuple[str, ...]
    inspector: SandboxSpec


def make_plan(challenge: Challenge, candidate: Code, reference: Submission, cores: Cores, seed: int) -> Plan:
    """Plan a grading. Secrets are fresh: no subject can speak to another's host or database."""
    rival = Code(reference)
    subjects = {
        name: make_subject(name, challenge, candidate if name == "candidate" else rival, cores.judged)
        for name in PORTS
    }
    return Plan(
        examiner=_examiner(challenge, candidate.submission, subjects, cores, seed),
        subjects=subjects,
        needed=tuple(PORTS) if any(check.measurement for check in challenge.checks) else ("candidate",),
        inspector=_inspector(challenge, candidate.submission, cores),
    )


def _entry(challenge: Challenge, submission: Submission) -> str | None:
    return submission.settings.entry or challenge.entry


def _examiner(
    challenge: Challenge, submission: Submission, subjects: Mapping[str, Subject], cores: Cores, seed: int
) -> SandboxSpec:
    limits = challenge.limits
    checks = {
        check.id: {"measurement": check.measurement.model_dump() if check.measurement else None}
        for check in challenge.checks
        if check.by == "suite"
    }
    examination = {
        "challenge": challenge.id,
        "kind": challenge.kind,
        "entry": _entry(challenge, submission),
        "seed": seed,
        "call_s": limits.call_s,
        "examination_s": limits.examination_s,
        "start_s": limits.start_s,
        "checks": checks,
        "load": challenge.load.model_dump(),
        "is_partial": challenge.is_partial,
        "migration": challenge.services.migration,
        "sandboxes": {name: subject.describe() for name, subject in subjects.items()},
        "sides": {name: subject.sandboxes() for name, subject in subjects.items()},
    }
    files = own_modules("words.py", "examiner") | read_folder(challenge.folder / "hidden", "suite")
    files["examination.json"] = json.dumps(examination, indent=1).encode()
    return SandboxSpec(
        name="examiner",
        image=Image.EXAMINER,
        command=("python", "-P", "-s", "-m", "grader.examiner"),
        files=pack(files),
        # Sets iterate alike, so that one seed gives one run; set here, the examiner need not start itself again.
        environment={"PYTHONPATH": "/files", "PYTHONHASHSEED": "0"},
        workdir="/tmp",  # noqa: S108 - a tmpfs of the sandbox's own
        limits=replace(_EXAMINER_LIMITS, wall_s=limits.examination_s + _GRACE_S),
        cpus=cores.judge,
        channel=True,
    )


def _inspector(challenge: Challenge, submission: Submission, cores: Cores) -> SandboxSpec:
    inspection = {
        "entry": _entry(challenge, submission),
        "kind": challenge.kind,
        "forbidden_imports": list(challenge.rules.forbidden_imports),
        "checks": [check.id for check in challenge.checks if check.by == "inspector"],
    }
    files = own_modules("words.py", "inspector") | read_folder(challenge.folder / "starter", "starter")
    files["inspection.json"] = json.dumps(inspection, indent=1).encode()
    return SandboxSpec(
        name="inspector",
        image=Image.EXAMINER,
        command=("python", "-P", "-s", "-m", "grader.inspector", "/files/inspection.json"),
        files=join(pack(files), submission.pack("submission")),
        environment={"PYTHONPATH": "/files"},
        workdir="/tmp",  # noqa: S108 - a tmpfs of the sandbox's own
        limits=_INSPECTOR_LIMITS,
        cpus=cores.judged,  # idle while the examiner starts, and long done before anything is measured
        channel=True,
    )
