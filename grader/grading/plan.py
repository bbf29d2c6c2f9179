"""The sandboxes of one grading: what each is given, may use and is called."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from grader.challenge import Challenge
from grader.grading.cores import Cores
from grader.grading.pack import host_files, join, own_modules, pack, read_folder
from sandbox import Image, Limits, SandboxSpec

SUBJECTS = {"candidate": 9001, "reference": 9002, "reference_copy": 9003}
"""What is examined, and the port of the pod's loopback on which each one's host listens."""

_EXAMINER_LIMITS = Limits(memory_mib=1024, processes=128, open_files=1024, tmp_mib=128, output_mib=64)
_INSPECTOR_LIMITS = Limits(wall_s=30, memory_mib=768, processes=32, open_files=256, tmp_mib=64, output_mib=16)
_GRACE_S = 30.0
_NOT_A_SUBMISSION = ("expected.toml",)


class Packed(Protocol):
    """A submission that can be packed for a sandbox."""

    def pack(self, prefix: str = "submission") -> bytes:
        """Return a tar of the submission's tree under a prefix."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a grading starts: the examiner, the subjects by name, and the inspector in a pod of its own."""

    examiner: SandboxSpec
    subjects: Mapping[str, SandboxSpec]
    inspector: SandboxSpec


def make_plan(
    challenge: Challenge, submission: Packed, entry: str, reference: Path, cores: Cores, seed: int
) -> Plan:
    """Plan a grading of a library challenge. Tokens are fresh: no subject can speak to another's host."""
    tokens = {name: secrets.token_hex(16) for name in SUBJECTS}
    own_reference = pack(_reference_files(reference))
    candidate = _subject("candidate", challenge, entry, submission.pack("submission"), tokens, cores)
    rival = _subject("reference", challenge, str(challenge.entry), own_reference, tokens, cores)
    rival_copy = _subject("reference_copy", challenge, str(challenge.entry), own_reference, tokens, cores)
    return Plan(
        examiner=_examiner(challenge, entry, tokens, cores, seed),
        subjects={spec.name: spec for spec in (candidate, rival, rival_copy)},
        inspector=_inspector(challenge, submission, entry, cores),
    )


def _reference_files(folder: Path) -> dict[str, bytes]:
    files = read_folder(folder, "submission")
    return {name: data for name, data in files.items() if Path(name).name not in _NOT_A_SUBMISSION}


def _subject(
    name: str, challenge: Challenge, entry: str, files: bytes, tokens: Mapping[str, str], cores: Cores
) -> SandboxSpec:
    limits = challenge.limits
    command = ("python", "-P", "-s", "/files/host/host.py", "--entry", entry, "--port", str(SUBJECTS[name]))
    return SandboxSpec(
        name=name,
        image=Image.CANDIDATE,
        command=command,
        files=join(files, pack(host_files())),
        environment={"HOST_TOKEN": tokens[name]},
        workdir="/files/submission",
        limits=Limits(
            wall_s=limits.examination_s + _GRACE_S,
            memory_mib=limits.memory_mib,
            processes=limits.processes,
            tmp_mib=limits.tmp_mib,
        ),
        cpus=cores.judged,
    )


def _examiner(
    challenge: Challenge, entry: str, tokens: Mapping[str, str], cores: Cores, seed: int
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
        "entry": entry,
        "seed": seed,
        "call_s": limits.call_s,
        "examination_s": limits.examination_s,
        "start_s": limits.start_s,
        "checks": checks,
        "load": challenge.load.model_dump(),
        "sandboxes": {name: {"port": SUBJECTS[name], "token": tokens[name]} for name in SUBJECTS},
    }
    files = own_modules("words.py", "examiner") | read_folder(challenge.folder / "hidden", "suite")
    files["examination.json"] = json.dumps(examination, indent=1).encode()
    return SandboxSpec(
        name="examiner",
        image=Image.EXAMINER,
        command=("python", "-P", "-s", "-m", "grader.examiner"),
        files=pack(files),
        environment={"PYTHONPATH": "/files"},
        workdir="/tmp",  # noqa: S108 - a tmpfs of the sandbox's own
        limits=replace(_EXAMINER_LIMITS, wall_s=limits.examination_s + 2 * _GRACE_S),
        cpus=cores.judge,
        channel=True,
    )


def _inspector(challenge: Challenge, submission: Packed, entry: str, cores: Cores) -> SandboxSpec:
    inspection = {
        "entry": entry,
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
        cpus=cores.judge,
        channel=True,
    )
