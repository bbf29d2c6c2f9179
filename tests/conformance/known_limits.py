"""What engines are known not to contain, each entry with its reason."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("known_limits.toml")


@dataclass(frozen=True, slots=True)
class KnownLimit:
    """One complaint about one case on one engine that is excused."""

    case: str
    engine: str
    complaint: str
    reason: str


def load_known_limits(file: Path = _FILE) -> dict[tuple[str, str], KnownLimit]:
    """Read the entries by case and engine; one that is not whole raises `TypeError`."""
    entries = (
        KnownLimit(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8")).get("limit", ())
    )
    return {(entry.case, entry.engine): entry for entry in entries}


def load_memory_factors(file: Path = _FILE) -> dict[str, float]:
    """Read by how much each engine may be over a limit of memory; 1 where no entry says more."""
    table = tomllib.loads(file.read_text(encoding="utf-8")).get("memory_factors", {})
    return {engine: float(entry["factor"]) for engine, entry in table.items() if entry["reason"]}


def unexcused(found: list[str], known: KnownLimit | None) -> list[str]:
    """Return the complaints that no entry excuses, and one about the entry where it is no longer true."""
    if known is None:
        return found
    left = [complaint for complaint in found if known.complaint not in complaint]
    if len(left) == len(found):
        left.append(f"known_limits.toml: no longer true, remove it: {known.complaint!r} ({known.reason})")
    return left
