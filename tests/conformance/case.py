"""A case: one hostile program, and in its header how it may end and what it must have said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sandbox import Limits, Outcome

CASES_ROOT = Path(__file__).with_name("cases")

BOUNDS = Limits(
    wall_s=10.0,
    memory_mib=128,
    processes=32,
    open_files=256,
    file_size_mib=32,
    tmp_mib=16,
    tmp_inodes=512,
    output_mib=1.0,
)
"""Small limits, so that reaching them is quick; a case's header may change some."""

_HEADER = re.compile(r"^# /// case\n(?P<toml>(?:#[^\n]*\n)+?)# ///$", re.MULTILINE)
_KEYS = frozenset({"outcomes", "exit_code", "signals", "says", "channel", "data", "cpus", "limits"})


class CaseError(Exception):
    """A case's file is not as CONTRIBUTING asks: which one, and what to change."""


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile program.

    `outcomes` are all right ways to end; `exit_code` is held against an ending by exit and `signals`, where there
    are any, against one by a signal. Each of `says` must be part of what the program printed.
    """

    name: str
    rule: str
    source: bytes
    outcomes: frozenset[Outcome]
    exit_code: int | None
    signals: frozenset[int]
    says: tuple[str, ...]
    channel: bool
    data: bool
    cpus: tuple[int, ...]
    limits: Limits


def load_cases(root: Path = CASES_ROOT) -> dict[str, Case]:
    """Read every case of a folder, by name. Raises `CaseError`."""
    return {path.stem: read_case(path) for path in sorted(root.glob("*.py"))}


def read_case(path: Path) -> Case:
    """Read one case. Raises `CaseError`."""
    source = path.read_text(encoding="utf-8")
    header = _header(path.name, source)
    return Case(
        name=path.stem,
        rule=_rule(path.name, source),
        source=source.encode(),
        outcomes=frozenset(Outcome(outcome) for outcome in header["outcomes"]),
        exit_code=header.get("exit_code", 0),
        signals=frozenset(header.get("signals", ())),
        says=tuple(header.get("says", ())),
        channel=header.get("channel", False),
        data=header.get("data", False),
        cpus=tuple(header.get("cpus", ())),
        limits=replace(BOUNDS, **header.get("limits", {})),
    )


def _header(name: str, source: str) -> Mapping[str, Any]:
    """Return the header's table, checked. Raises `CaseError`."""
    found = _HEADER.search(source)
    if found is None:
        raise CaseError(f'{name}: no header; expected lines from "# /// case" to "# ///" with TOML between')
    try:
        header = tomllib.loads(re.sub(r"^# ?", "", found["toml"], flags=re.MULTILINE))
    except tomllib.TOMLDecodeError as error:
        raise CaseError(f"{name}: the header is not TOML: {error}") from error
    _refuse_unknown(name, "the header", header, _KEYS)
    _refuse_unknown(name, "[limits]", header.get("limits", {}), {field.name for field in fields(Limits)})
    if not header.get("outcomes") or not set(header["outcomes"]) <= set(Outcome):
        raise CaseError(f"{name}: outcomes is {header.get('outcomes')}; expected some of {sorted(Outcome)}")
    return header


def _refuse_unknown(
    name: str, where: str, table: Mapping[str, Any], known: frozenset[str] | set[str]
) -> None:
    """Raise where a table has a key that nothing reads."""
    if unknown := sorted(set(table) - known):
        raise CaseError(f"{name}: {where} has {', '.join(unknown)}; expected only {', '.join(sorted(known))}")


def _rule(name: str, source: str) -> str:
    """Return the first line of the docstring: the rule that the case holds an engine to."""
    first = source.split("\n", 1)[0]
    if not first.startswith('"""') or len(first) < 10:
        raise CaseError(f"{name}: the first line is {first!r}; expected a docstring that says what must hold")
    return first.strip('"')
