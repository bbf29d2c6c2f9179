"""Runs a hidden suite against a solution of ours without a sandbox, to write suites by:

python -m tests.examiner.bench_run SUITE_FOLDER SOLUTION_FOLDER [--reference FOLDER] [--entry M:N] [pytest arguments]
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from tests.examiner.grader_side import PlainPod

_SHOWN = ("message", "expected", "actual", "counterexample", "log")


def main() -> int:
    """Run and print what the examiner says; 1 where a test did not pass."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("suite", type=Path)
    parser.add_argument("solution", type=Path)
    parser.add_argument(
        "--reference", type=Path, help="folder of the reference; the solution itself if not given"
    )
    parser.add_argument("--entry", default=None)
    parser.add_argument("--seed", type=int, default=123456)
    options, arguments = parser.parse_known_args()
    settings: dict[str, Any] = _settings(options.suite.resolve()) | {"seed": options.seed}
    if options.entry:
        settings["entry"] = options.entry
    pod = PlainPod(options.suite.resolve(), options.solution.resolve(), _reference(options), settings)
    pod.say = _say
    started = time.monotonic()
    run = pod.examine(arguments, errors_to=sys.stderr)
    _line(f"exit {run.exit_code} after {time.monotonic() - started:.2f} s; starts: {run.starts}")
    return 0 if run.exit_code == 0 and all(test["outcome"] == "passed" for test in run.tests()) else 1


def _reference(options: argparse.Namespace) -> Path:
    folder: Path = options.reference or options.solution
    return folder.resolve()


def _settings(suite: Path) -> dict[str, Any]:
    """Return what `challenge.toml` beside the suite says, else every check that the suite's marks name."""
    path = suite.parent / "challenge.toml"
    if path.exists():
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        checks = {
            check["id"]: {"measurement": check.get("measurement")}
            for check in document.get("checks", [])
            if check.get("by", "suite") == "suite"
        }
        found: dict[str, Any] = {
            "checks": checks,
            **{key: document[key] for key in ("entry", "load") if key in document},
        }
        limits = document.get("limits", {})
        return found | {key: limits[key] for key in ("call_s", "examination_s", "start_s") if key in limits}
    texts = [path.read_text(encoding="utf-8") for path in sorted(suite.glob("test_*.py"))]
    names = {name for text in texts for name in re.findall(r"mark\.check\(\s*[\"'](\w+)[\"']", text)}
    figures = {
        name for text in texts for name in re.findall(r"\.(?:measure|compare)\(\s*[\"'](\w+)[\"']", text)
    }
    limits = {name: {"measurement": {"id": name, "unit": "", "full_at": 1.5}} for name in figures}
    return {"checks": {name: {"measurement": None} for name in names} | limits}


def _say(event: dict[str, Any]) -> None:
    match event["event"]:
        case "test":
            _line(f"{event['outcome']:10} {event['check']:30} {event['duration_s'] * 1000:8.1f} ms")
            for name in _SHOWN:
                if event[name]:
                    _line(f"    {name}: " + event[name].replace("\n", "\n        "))
        case "measurement":
            _line(
                f"measurement {event['id']}: "
                + ", ".join(f"{k}={v}" for k, v in event.items() if k != "blocks")
            )
            for block in event.get("blocks", ()):
                _line(f"    {block}")
        case _:
            _line(str(event))


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
