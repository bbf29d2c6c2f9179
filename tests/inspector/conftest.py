"""Trees on disk and the inspector over them: in this process, or as the program that a sandbox runs."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.evidence import Evidence, gather, parse_event
from grader.inspector.finding import finished_line
from grader.inspector.inspection import CHECKS, Inspection
from grader.inspector.questions import answer_all

FORBIDDEN = ("functools.lru_cache", "functools.cache", "cachetools", "lru")

Files = Mapping[str, str | bytes]


@dataclass(frozen=True)
class Seen:
    """What an inspection answered."""

    evidence: Evidence

    def fraction(self, check: str) -> float:
        (result,) = [test for test in self.evidence.tests if test.check == check]
        assert result.fraction is not None
        return result.fraction

    def message(self, check: str) -> str:
        (result,) = [test for test in self.evidence.tests if test.check == check]
        return result.message

    @property
    def flags(self) -> list[str]:
        return [flag.message for flag in self.evidence.flags]


def write_tree(root: Path, files: Files) -> Path:
    """Write files below a folder."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def write_inspection(root: Path, files: Files, starter: Files, **over: object) -> Path:
    """Write what the sandbox of an inspection holds and return the path of its questions."""
    write_tree(root / "submission", files)
    write_tree(root / "starter", starter)
    questions = {
        "entry": "solution:LRUCache",
        "kind": "library",
        "forbidden_imports": list(FORBIDDEN),
        "checks": list(CHECKS),
    }
    path = root / "inspection.json"
    path.write_text(json.dumps(questions | over))
    return path


def read_lines(lines: list[str]) -> Seen:
    """Read lines as the grader reads them."""
    return Seen(gather(parse_event(line) for line in lines))


def inspect_tree(root: Path, checks: tuple[str, ...], entry: str, kind: str) -> Seen:
    """Inspect a tree on disk within this process."""
    inspection = Inspection(entry, kind, FORBIDDEN, checks, root / "submission", root / "starter")
    lines = [line for _, part in answer_all(inspection, lambda path: None, frozenset()) for line in part]
    return read_lines([*lines, finished_line()])


Inspect = Callable[..., Seen]


@pytest.fixture
def inspect(tmp_path: Path) -> Inspect:
    """Inspect files as a submission beside a starter: `inspect({"solution.py": "…"}, checks=("lint",))`."""

    def run(
        files: Files,
        starter: Files | None = None,
        *,
        checks: tuple[str, ...] = CHECKS,
        entry: str = "solution:LRUCache",
        kind: str = "library",
    ) -> Seen:
        number = len(list(tmp_path.iterdir()))
        root = tmp_path / f"inspection{number}"
        write_inspection(root, files, starter or {})
        return inspect_tree(root, checks, entry, kind)

    return run
