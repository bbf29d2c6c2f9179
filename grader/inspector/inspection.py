"""What the inspector is asked: `inspection.json`, written by the grader."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from grader.inspector.errors import InspectorFailed

CHECKS = (
    "lint",
    "complexity",
    "annotations",
    "dead_code",
    "duplication",
    "tests_present",
    "readme",
    "allowed_imports",
)
FACTS = "facts"
"""What is told beside the checks: nobody asks for it, nothing is earned by it, and nothing is lost without it."""

_ENTRY = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?=:[A-Za-z_])")


@dataclass(frozen=True, slots=True)
class Inspection:
    """The questions about one submission and where its files and the challenge's starter lie."""

    entry: str
    kind: str
    forbidden: tuple[str, ...]
    checks: tuple[str, ...]
    submission: Path
    starter: Path

    @property
    def entry_module(self) -> str | None:
        """The module of `package.module:Name`, also within a start command; `None` where none is named."""
        found = _ENTRY.search(self.entry)
        return found.group() if found else None

    @property
    def entry_name(self) -> str:
        """The object's name, empty where none is named."""
        found = re.search(r":([A-Za-z_]\w*)", self.entry)
        return found.group(1) if found else ""


def _texts(document: dict[str, object], key: str, path: Path) -> tuple[str, ...]:
    value = document.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InspectorFailed(f"{path}: {key} is {value!r:.80}; expected a list of texts")
    return tuple(value)


def load_inspection(path: Path) -> Inspection:
    """Read `inspection.json`; the two trees lie beside it. Raises `InspectorFailed`."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InspectorFailed(f"{path}: cannot be read: {error}; expected the grader's questions") from None
    if not isinstance(document, dict):
        raise InspectorFailed(f"{path}: is not an object; expected entry, kind, forbidden_imports, checks")
    checks = _texts(document, "checks", path)
    unknown = [check for check in checks if check not in CHECKS]
    if unknown:
        raise InspectorFailed(f"{path}: checks has {unknown[0]!r}; expected some of {', '.join(CHECKS)}")
    return Inspection(
        entry=str(document.get("entry") or document.get("command") or ""),
        kind=str(document.get("kind") or "library"),
        forbidden=_texts(document, "forbidden_imports", path),
        checks=checks,
        submission=path.parent / "submission",
        starter=path.parent / "starter",
    )
