"""Makes small challenges on disk, right ones and wrong ones."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from grader.challenge import Challenge

TEXT = {"en": "text", "ru": "текст"}
CRITERIA = [
    {"id": "correctness", "points": 40, "title": TEXT},
    {"id": "robustness", "points": 25, "title": TEXT},
    {"id": "performance", "points": 25, "title": TEXT},
    {"id": "quality", "points": 10, "title": TEXT},
]
LIMIT = {"id": "ratio", "unit": "x", "full_at": 2.0, "zero_at": 8.0, "scale": "log"}


def check(name: str, criterion: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "criterion": criterion, "label": TEXT, "follow_up": TEXT, "hint": TEXT, **more}


CHECKS = [
    check("answers", "correctness", weight=3.0),
    check("order", "correctness", weight=1.0),
    check("errors", "robustness"),
    check("imports", "robustness", gate=True, by="inspector"),
    check("speed", "performance", measurement=LIMIT),
    check("lint", "quality", by="inspector"),
]
DOCUMENT: dict[str, Any] = {
    "format": 1,
    "id": "tiny",
    "version": "1.0.0",
    "title": TEXT,
    "kind": "library",
    "entry": "solution:Thing",
    "reference": "accepted/plain",
    "criteria": CRITERIA,
    "checks": CHECKS,
}


def document(**changes: Any) -> dict[str, Any]:
    """Return the document of a small challenge with changes at its top."""
    return {**copy.deepcopy(DOCUMENT), **changes}


def challenge(**changes: Any) -> Challenge:
    """Return a small challenge with changes at its top."""
    return Challenge.model_validate(document(**changes))


def to_toml(value: Any) -> str:
    """Write a value as inline TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case dict():
            return "{" + ", ".join(f"{key} = {to_toml(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(to_toml(item) for item in value) + "]"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def write_challenge(base: Path, described: dict[str, Any]) -> Path:
    """Write a challenge and its reference solutions under `base`; return the folder of challenges."""
    folder = base / "challenges" / "tiny"
    for part in ("starter", "hidden"):
        (folder / part).mkdir(parents=True)
    text = "".join(f"{key} = {to_toml(value)}\n" for key, value in described.items())
    (folder / "challenge.toml").write_text(text, encoding="utf-8")
    (folder / "statement.md").write_text("# Tiny\n", encoding="utf-8")
    marks = [item["id"] for item in described.get("checks", []) if item.get("by", "suite") == "suite"]
    suite = "import pytest\n" + "".join(
        f"\n\n@pytest.mark.check({name!r})\ndef test_{name}(candidate):\n    pass\n" for name in marks
    )
    (folder / "hidden" / "test_tiny.py").write_text(suite, encoding="utf-8")
    for kind, name, expected in (
        ("accepted", "plain", 'verdict = "accepted"\n'),
        ("wrong", "broken", 'verdict = "partial"\nfails = ["order"]\n'),
    ):
        solution = base / "reference_solutions" / "tiny" / kind / name
        solution.mkdir(parents=True)
        (solution / "solution.py").write_text("class Thing:\n    pass\n", encoding="utf-8")
        (solution / "expected.toml").write_text(expected, encoding="utf-8")
    return base / "challenges"
