"""One examination from its description to its last line of evidence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase

from grader.examiner.bench import Bench
from grader.examiner.budget import Budget
from grader.examiner.channel import Channel
from grader.examiner.errors import ExaminerBroken, SandboxLost
from grader.examiner.examination import Examination, read_examination
from grader.examiner.load.process import LoadProcess
from grader.examiner.load.stage import Load
from grader.examiner.plugin import Plugin
from grader.examiner.preparation import load_seeds
from grader.examiner.sandboxed import NotStarted

BROKEN = 3
"""Exit code for a failure of ours: the suite, the reference or the grader."""

_OPTIONS = (
    *("-c", os.devnull, "-q", "--no-header", "--no-summary", "--tb=no", "--assert=plain", "--capture=no"),
    *("--strict-markers", "--import-mode=importlib", "-o", "filterwarnings=default"),
    *(
        f"-pno:{name}"
        for name in ("cacheprovider", "junitxml", "pastebin", "doctest", "faulthandler", "stepwise")
    ),
)


def examine(files: Path, outgoing: BinaryIO, incoming: BinaryIO, arguments: Sequence[str] = ()) -> int:
    """Examine the candidate and return the exit code: 0 where we came to our own end, whatever was found."""
    channel = Channel(outgoing, incoming)
    channel.enter("start")
    examination = read_examination(files / "examination.json")
    suite = files / "suite"
    locustfile = suite / "locustfile.py"
    is_measured = any(limit is not None for limit in examination.checks.values())
    process = LoadProcess(locustfile) if is_measured and locustfile.exists() else None
    try:
        return _examine(examination, channel, suite, process, arguments)
    except ExaminerBroken as error:
        sys.stderr.write(f"the examination broke: {error}\n")
        return BROKEN
    finally:
        if process is not None:
            process.close()


def _examine(
    examination: Examination,
    channel: Channel,
    suite: Path,
    process: LoadProcess | None,
    arguments: Sequence[str],
) -> int:
    budget = Budget(examination.call_s, examination.examination_s, examination.start_s)
    sys.path.append(str(suite))  # test files import what they share
    bench = Bench(examination, channel, budget, load_seeds(suite))
    _seed_hypothesis(examination.seed)
    try:
        bench.candidate.ensure()
    except SandboxLost as lost:
        channel.emit(
            "build_failed", message=lost.message, log=lost.log if isinstance(lost, NotStarted) else ""
        )
        channel.finish()
        return 0
    load = Load(examination, channel, budget, bench.sides, lambda: _require(process, suite))
    plugin = Plugin(examination, channel, budget, bench, load)
    if examination.checks:
        _run_suite(suite, plugin, arguments)
    _tell_refusals(bench, channel)
    missing = [name for name in examination.checks if name not in plugin.seen]
    if missing and not arguments:
        raise ExaminerBroken(
            f"no test has a mark for {', '.join(missing)}; expected at least one for each check"
        )
    channel.finish()
    return 0


def _tell_refusals(bench: Bench, channel: Channel) -> None:
    """Flag what the databases refused to the candidate."""
    if not bench.databases:
        return
    from grader.examiner.audit import audit  # noqa: PLC0415 - psycopg, which most libraries do not need

    for refusal in audit(bench.databases):
        channel.emit("flag", id=refusal.kind, severity=refusal.severity, message=refusal.message)


def _run_suite(suite: Path, plugin: Plugin, arguments: Sequence[str]) -> None:
    """Run pytest over the suite. Raises `ExaminerBroken` where it is the suite that fails."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    code = pytest.main([*_OPTIONS, f"--rootdir={suite}", *arguments, str(suite)], plugins=[plugin])
    if plugin.broken is not None:
        raise ExaminerBroken(plugin.broken)
    if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        raise ExaminerBroken(f"the suite could not be run (pytest says {pytest.ExitCode(code).name})")


def _seed_hypothesis(seed: int) -> None:
    """Make every Hypothesis test of the suite the same for the same seed."""
    hypothesis.settings.register_profile(
        "examination",
        database=None,
        deadline=None,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    hypothesis.settings.load_profile("examination")
    hypothesis.core.global_force_seed = seed  # type: ignore[assignment]  # what --hypothesis-seed sets


def _require(process: LoadProcess | None, suite: Path) -> LoadProcess:
    if process is None:
        raise ExaminerBroken(f"{suite.name}/locustfile.py is missing; `load.compare` needs it")
    return process
