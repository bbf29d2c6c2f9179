"""Runs ruff over copies of the sources: with our rules, none of the submission's settings, and safe file names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.inspector.errors import InspectorFailed
from grader.inspector.tree import SourceFile

RULES = Path(__file__).with_name("ruff.toml")
LINTER_S = 12.0
"""Wall time; the processor time that the linter inherits (`watch.CPU_S`) ends it earlier, unless the machine is busy."""
DIAGNOSTICS = 2000
_NOQA = re.compile(r"#.*?\bnoqa:\s*((?:[A-Z]+[0-9]+)(?:[,\s]+[A-Z]+[0-9]+)*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One finding of the linter; `is_excused` where the line names the rule in a `# noqa: CODE` comment."""

    path: str
    line: int
    column: int
    code: str
    text: str
    is_excused: bool = False


@dataclass(frozen=True, slots=True)
class LintRun:
    """What the linter found; `stopped` says why it did not get to its end."""

    diagnostics: tuple[Diagnostic, ...]
    stopped: str = ""


def find_ruff() -> str:
    """Return the linter's program: beside the interpreter, else on the path. Raises `InspectorFailed`."""
    for folder in (Path(sys.executable).parent, Path(sysconfig.get_path("scripts"))):
        if (folder / "ruff").is_file():
            return str(folder / "ruff")
    found = shutil.which("ruff")
    if found is None:
        raise InspectorFailed(f"ruff is not beside {sys.executable}; expected it in the examiner's image")
    return found


def _copy_name(index: int, source: SourceFile, is_test: bool) -> str:
    if source.path.endswith("__init__.py"):
        return f"package{index:05d}/__init__.py"
    return f"{'test' if is_test else 'module'}{index:05d}.py"


def _run(folder: str) -> tuple[list[dict[str, object]], str]:
    command = [find_ruff(), "check", "--quiet", "--no-cache", "--exit-zero", "--ignore-noqa"]
    command += ["--output-format", "json", "--config", str(RULES), "."]
    environment = {"RAYON_NUM_THREADS": "2", "LC_ALL": "C.UTF-8"}
    try:
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=LINTER_S, check=False)
    except subprocess.TimeoutExpired:
        raise InspectorFailed(f"ruff took more than {LINTER_S:g} s; the machine is busy") from None
    if run.returncode == 0:
        return json.loads(run.stdout), ""
    if run.returncode < 0:
        return [], f"was ended by signal {-run.returncode}"
    raise InspectorFailed(f"ruff exited {run.returncode}: {run.stderr.decode(errors='replace')[-500:]}")


def _excuses(line: str) -> set[str]:
    found = _NOQA.search(line)
    return set(re.split(r"[,\s]+", found.group(1).upper())) if found else set()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _diagnostic(row: dict[str, object], source: SourceFile) -> Diagnostic:
    location = row.get("location")
    place = location if isinstance(location, dict) else {}
    line = _number(place.get("row"))
    code = str(row.get("code") or "")
    excuses = _excuses(source.line(_number(row.get("noqa_row")) or line))
    text = str(row.get("message"))
    return Diagnostic(source.path, line, _number(place.get("column")), code, text, code in excuses)


def lint(sources: Sequence[SourceFile], tests: Iterable[str]) -> LintRun:
    """Run the linter over parsed sources; `tests` are the paths that hold tests."""
    test_paths = frozenset(tests)
    copies: dict[str, SourceFile] = {}
    with tempfile.TemporaryDirectory(prefix="lint-") as folder:
        for index, source in enumerate(sources):
            name = _copy_name(index, source, source.path in test_paths)
            place = Path(folder, name)
            place.parent.mkdir(exist_ok=True)
            place.write_text("\n".join(source.lines), encoding="utf-8", errors="replace", newline="")
            copies[name] = source
        if not copies:
            return LintRun(())
        rows, stopped = _run(folder)
        root = Path(folder).resolve()
    found = []
    for row in rows[:DIAGNOSTICS]:
        source = copies[Path(str(row["filename"])).relative_to(root).as_posix()]
        found.append(_diagnostic(row, source))
    return LintRun(tuple(sorted(found)), stopped)


def without(found: Iterable[Diagnostic], known: Iterable[Diagnostic], text_of: Callable[[Diagnostic], str]) -> list[Diagnostic]:
    """Return what is found but for what the starter had: as often as it had the same rule at the same text."""
    left = Counter((item.code, text_of(item)) for item in known)
    kept = []
    for item in found:
        key = (item.code, text_of(item))
        if left[key]:
            left[key] -= 1
        else:
            kept.append(item)
    return kept
