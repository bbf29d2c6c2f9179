"""What is to be examined, as the grader wrote it into `examination.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.examiner.errors import ExaminerBroken


@dataclass(frozen=True, slots=True)
class Address:
    """Where a subject listens on the pod's loopback, and the token that proves who is there."""

    port: int
    token: str = ""
    examiner_url: str = ""  # of its database, where it has one
    owner_url: str = ""  # the same as the subject's own role


@dataclass(frozen=True, slots=True)
class Limit:
    """The limits of a measurement; the examiner only looks at `full_at`, to decide whether to measure longer."""

    id: str
    unit: str
    full_at: float


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """How the rounds of the performance stage are run."""

    block_s: float = 1.0
    blocks: int = 5
    extended_blocks: int = 15
    warmup_s: float = 1.0
    users: int = 4
    latency_ceiling_ms: float = 250.0


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything in `examination.json`.

    `checks` gives each check's measurement, `None` where it has none; `sides` the sandboxes of a subject that has
    several. `is_partial`: only the tests of `checks` are run, of a suite that has others. `migration` names the SQL
    file that a submission may have.
    """

    challenge: str
    kind: str
    entry: str | None
    seed: int
    call_s: float
    examination_s: float
    start_s: float
    checks: Mapping[str, Limit | None]
    sandboxes: Mapping[str, Address]
    load: LoadPlan = field(default_factory=LoadPlan)
    sides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_partial: bool = False
    migration: str | None = None

    def limit(self, measurement: str) -> Limit:
        """Return the limits of a measurement. Raises `ExaminerBroken` where no check has it."""
        for limit in self.checks.values():
            if limit is not None and limit.id == measurement:
                return limit
        raise ExaminerBroken(f"no check has the measurement {measurement!r}; expected it in challenge.toml")


def read_examination(path: Path) -> Examination:
    """Read `examination.json`."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    checks = {name: _limit(check.get("measurement")) for name, check in document.pop("checks").items()}
    sandboxes = {name: _address(address) for name, address in document.pop("sandboxes").items()}
    sides = {name: tuple(parts) for name, parts in document.pop("sides", {}).items()}
    load = LoadPlan(**document.pop("load", {}))
    return Examination(**document, checks=checks, sandboxes=sandboxes, load=load, sides=sides)


def _address(address: dict[str, Any]) -> Address:
    database = address.get("database") or {}
    urls = (database.get(role, "") for role in ("examiner_url", "owner_url"))
    return Address(address["port"], address.get("token", ""), *urls)


def _limit(measurement: dict[str, Any] | None) -> Limit | None:
    if measurement is None:
        return None
    return Limit(measurement["id"], measurement["unit"], measurement["full_at"])
