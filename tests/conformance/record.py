"""What the trusted side saw of one run of a case: plain values, which also travel between processes as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from sandbox import Outcome


@dataclass(frozen=True, slots=True)
class Record:
    """One run of a case on an engine.

    `printed` is Latin-1, which keeps every byte. `survivors` are processes that still ran after the end, `reached`
    what of the machine was connected to, `leaked` the secrets that the program printed, `changed` the kernel
    settings that are not as before; `bystander` and `successor` say what the pod's other sandboxes answered.
    """

    case: str
    engine: str
    outcome: Outcome
    exit_code: int | None = None
    signal: int | None = None
    detail: str = ""
    printed: str = ""
    kept_bytes: int = 0
    total_bytes: int = 0
    wall_s: float = 0.0
    peak_memory_mib: float | None = None
    peak_threads: int = 0
    survivors: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    leaked: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    bystander: str = ""
    successor: str = ""

    def to_json(self) -> str:
        """Return the record as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Record:
        """Read what `to_json` wrote."""
        values: dict[str, Any] = json.loads(line)
        for key, value in values.items():
            if isinstance(value, list):
                values[key] = tuple(value)
        return cls(**{**values, "outcome": Outcome(values["outcome"])})
