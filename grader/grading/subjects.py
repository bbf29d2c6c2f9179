"""What is examined in a pod: the candidate, the reference and a copy of it, each with a database of its own."""

from __future__ import annotations

import json
import secrets
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import Template

from grader.challenge import Challenge
from grader.errors import SubmissionError
from grader.grading.pack import host_files, join, own_modules, pack
from grader.grading.packages import PACKAGES
from grader.intake import Submission, resolve_entry
from sandbox import DATA_ROOT, Image, Limits, SandboxSpec
from sandbox.policy import load_policy

PORTS = {"candidate": 9001, "reference": 9002, "reference_copy": 9003}
"""The subjects by name, and the port of the pod's loopback on which each one listens."""

_DATABASE_PORTS = {"candidate": 5501, "reference": 5502, "reference_copy": 5503}
_SEED = "hidden/seed.py"
_MIGRATION_LIMITS = Limits(memory_mib=256, processes=32, tmp_mib=16, output_mib=4)
_DATABASE_LIMITS = Limits(memory_mib=768, processes=128, open_files=1024, file_size_mib=256, tmp_mib=16)
_GRACE_S = 30.0


@dataclass(frozen=True, slots=True)
class Database:
    """A subject's own PostgreSQL server and how each side reaches it.

    `is_prepared`: the examiner fills or changes it before the subject starts; `migration` is what then runs the
    submission's own SQL file, where it has one.
    """

    spec: SandboxSpec
    candidate_url: str
    examiner_url: str
    is_prepared: bool = False
    migration: SandboxSpec | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject: its sandbox, the token that its host asks for, and its database."""

    spec: SandboxSpec
    token: str
    database: Database | None = None

    def describe(self) -> dict[str, object]:
        """Return what the examiner is told of it."""
        told: dict[str, object] = {"port": PORTS[self.spec.name], "token": self.token}
        if self.database is not None:
            port = _DATABASE_PORTS[self.spec.name]
            urls = {"examiner_url": self.database.examiner_url, "owner_url": self.database.candidate_url}
            told["database"] = {"port": port, **urls}
        return told

    def sandboxes(self) -> list[str]:
        """Return the names of its sandboxes: what is paused and accounted for together."""
        return [self.spec.name, *([self.database.spec.name] if self.database else [])]


@dataclass(frozen=True, slots=True)
class Code:
    """What a subject runs: a submission, and a tar of the packages that it asks for (empty: none)."""

    submission: Submission
    packages: bytes = b""


def make_subject(name: str, challenge: Challenge, code: Code, cpus: tuple[int, ...]) -> Subject:
    """Describe a subject of any kind of challenge. Raises `SubmissionError` where its entry or command is wrong."""
    if challenge.kind == "library":
        return _library(name, challenge, code, cpus)
    return _server(name, challenge, code, cpus)


def _library(name: str, challenge: Challenge, code: Code, cpus: tuple[int, ...]) -> Subject:
    entry = resolve_entry(code.submission, str(challenge.entry))
    token = secrets.token_hex(16)
    host = host_files(challenge.folder)
    command = ("python", "-P", "-s", "/files/host/host.py", "--entry", entry, "--port", str(PORTS[name]))
    adapter = ("--adapter", "/files/adapter.py") if "adapter.py" in host else ()
    database = _database(name, challenge, code, cpus)
    url = {"DATABASE_URL": database.candidate_url} if database is not None else {}
    spec = SandboxSpec(
        name=name,
        image=Image.CANDIDATE,
        command=(*command, *adapter),
        files=join(code.submission.pack("submission"), pack(host), code.packages),
        environment={**challenge.environment, **url, "HOST_TOKEN": token, "PYTHONPATH": PACKAGES},
        workdir="/files/submission",
        limits=_limits(challenge),
        cpus=cpus,
    )
    return Subject(spec, token, database)


def _server(name: str, challenge: Challenge, code: Code, cpus: tuple[int, ...]) -> Subject:
    database = _database(name, challenge, code, cpus)
    environment = {
        **challenge.environment,
        "HOST": "127.0.0.1",
        "PORT": str(PORTS[name]),
        "DATA_DIR": DATA_ROOT,
    }
    if database is not None:
        environment["DATABASE_URL"] = database.candidate_url
    command = code.submission.settings.command or str(challenge.command)
    spec = SandboxSpec(
        name=name,
        image=Image.CANDIDATE,
        command=split_command(command, environment),
        files=join(code.submission.pack("submission"), code.packages),
        environment={**environment, "PYTHONPATH": f"/files/submission:{PACKAGES}", "PATH": _search_path()},
        workdir="/files/submission",
        limits=_limits(challenge),
        cpus=cpus,
        data=True,
    )
    return Subject(spec, "", database)


def _search_path() -> str:
    """Return where programs are looked for: a package's own come last, so that none takes Python's place."""
    return f"{load_policy().environment['PATH']}:{PACKAGES}/bin"


def split_command(command: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Split a start command as a shell would, `$HOST` and `$PORT` filled in; no shell runs it."""
    filled = Template(command).safe_substitute({key: environment[key] for key in ("HOST", "PORT")})
    try:
        words = tuple(shlex.split(filled))
    except ValueError as error:
        raise SubmissionError(
            f"the start command {command!r} cannot be split: {error}; check its quotes"
        ) from None
    if not words:
        raise SubmissionError(
            "the start command is empty; expected one such as 'uvicorn app:app --port $PORT'"
        )
    return words


def _limits(challenge: Challenge) -> Limits:
    limits = challenge.limits
    return Limits(
        wall_s=limits.examination_s + _GRACE_S,
        memory_mib=limits.memory_mib,
        processes=limits.processes,
        tmp_mib=limits.tmp_mib,
    )


def _database(name: str, challenge: Challenge, code: Code, cpus: tuple[int, ...]) -> Database | None:
    services = challenge.services
    if not services.database:
        return None
    port, passwords = _DATABASE_PORTS[name], (secrets.token_hex(16), secrets.token_hex(16))
    wanted = {"port": port, "candidate_password": passwords[0], "examiner_password": passwords[1]}
    files = own_modules("database") | {"database.json": json.dumps(wanted).encode()}
    spec = SandboxSpec(
        name=f"{name}_database",
        image=Image.DATABASE,
        command=("python", "-P", "-s", "-m", "grader.database", "/files/database.json"),
        files=pack(files),
        environment={"PYTHONPATH": "/files"},
        workdir="/tmp",  # noqa: S108 - a tmpfs of the sandbox's own
        limits=_DATABASE_LIMITS,
        cpus=cpus,
        channel=True,
        data=True,
    )
    candidate_url = f"postgresql://candidate:{passwords[0]}@127.0.0.1:{port}/app"
    return Database(
        spec,
        candidate_url=candidate_url,
        examiner_url=f"postgresql://examiner:{passwords[1]}@127.0.0.1:{port}/app",
        is_prepared=services.migration is not None or (challenge.folder / _SEED).exists(),
        migration=_migration(name, challenge, code, candidate_url, cpus),
    )


def _migration(
    name: str, challenge: Challenge, code: Code, url: str, cpus: tuple[int, ...]
) -> SandboxSpec | None:
    """Describe the sandbox of a submission's own SQL file: it is the candidate's code, and gets its files and URL."""
    file = challenge.services.migration
    if file is None or not (code.submission.root / file).is_file():
        return None
    return SandboxSpec(
        name=f"{name}_migration",
        image=Image.DATABASE,
        command=("python", "-P", "-s", "-m", "grader.database.migration", file),
        files=join(code.submission.pack("submission"), pack(own_modules("database"))),
        environment={"DATABASE_URL": url, "PYTHONPATH": "/files"},
        workdir="/files/submission",
        limits=replace(_MIGRATION_LIMITS, wall_s=challenge.services.migration_s),
        cpus=cpus,
    )
