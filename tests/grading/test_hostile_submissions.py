"""A submission that attacks costs itself its checks, never the examiner; the rest of the suite goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.catalogue import find_catalogue
from grader.score_sheet import CheckRecord, ScoreSheet
from grader.words import CheckOutcome, Verdict
from sandbox import Engine
from tests.grading.whole import grade_folder

COUNTER = Path(__file__).parent / "counter"
HOSTILE = sorted(path.stem for path in (COUNTER / "hostile").glob("*.py"))
pytestmark = pytest.mark.engine

EXPECTED = {
    "hangs": {CheckOutcome.TIMED_OUT},
    "sleeps": {CheckOutcome.TIMED_OUT},
    "forges_evidence": {CheckOutcome.FAILED},
    "overwrites_builtins": {CheckOutcome.FAILED, CheckOutcome.CRASHED},
    "exits_later": {CheckOutcome.PASSED, CheckOutcome.CRASHED},
    "closes_sockets": {CheckOutcome.CRASHED, CheckOutcome.TIMED_OUT},
    "forks": {CheckOutcome.TIMED_OUT, CheckOutcome.CRASHED},
    # A gigabyte of answer is cut by the clock or by the memory limit, whichever comes first.
    "huge_answer": {CheckOutcome.TIMED_OUT, CheckOutcome.CRASHED},
    # Nothing but itself is there to be killed, and that cannot be: it gets another error than asked for.
    "kills_everything": {CheckOutcome.FAILED, CheckOutcome.CRASHED},
}
LATE = {"exits_later"}
"""These die when another check is in hand, which then is theirs to lose."""


def grade_counter(folder: Path, engine: Engine, **more: int) -> ScoreSheet:
    catalogue = find_catalogue(COUNTER / "challenges")
    return grade_folder(folder, catalogue, catalogue.load("counter"), engine, **more)


def checks_of(sheet: ScoreSheet) -> dict[str, CheckRecord]:
    return {check.id: check for criterion in sheet.criteria for check in criterion.checks}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_attack_costs_its_own_check_only(name: str, engine: Engine, tmp_path: Path) -> None:
    shutil.copyfile(COUNTER / "hostile" / f"{name}.py", tmp_path / "solution.py")
    checks = checks_of(grade_counter(tmp_path, engine))
    assert checks["errors"].outcome in EXPECTED.get(name, {CheckOutcome.CRASHED}), checks["errors"]
    lost = [
        check
        for check in checks.values()
        if check.id != "errors" and check.outcome is not CheckOutcome.PASSED
    ]
    assert len(lost) <= (name in LATE), lost
    if checks["errors"].outcome is not CheckOutcome.PASSED:
        assert checks["errors"].message


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit(0)\n",
        "import os\nos._exit(0)\n",
        "import nowhere_to_be_found\n",
        "class Other:\n    pass\n",
        "def broken(:\n",
        "import os\nos.kill(os.getpid(), 11)\n",
    ],
)
def test_what_cannot_be_started_is_a_build_failure(source: str, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "solution.py").write_text(source, encoding="utf-8")
    sheet = grade_counter(tmp_path, engine)
    assert (sheet.verdict, sheet.total) == (Verdict.BUILD_FAILED, 0)
    assert sheet.summary


def test_two_gradings_of_one_submission_give_the_same_sheet(engine: Engine) -> None:
    wrong = COUNTER / "reference_solutions" / "counter" / "wrong" / "off_by_one"
    first, second = (same_parts(grade_counter(wrong, engine, seed=7)) for _ in range(2))
    assert first == second


def same_parts(sheet: ScoreSheet) -> dict[str, object]:
    """Return what two gradings of one submission must share: all but ids, times and measured figures."""
    parts = sheet.model_dump()
    for key in ("id", "started_at", "finished_at", "timings", "usage", "measurements"):
        del parts[key]
    for criterion in parts["criteria"]:
        for check in criterion["checks"]:
            del check["duration_s"]
    return parts


def test_a_counterexample_is_in_the_candidate_s_terms(engine: Engine) -> None:
    wrong = COUNTER / "reference_solutions" / "counter" / "wrong" / "off_by_one"
    sheet = grade_counter(wrong, engine)
    check = checks_of(sheet)["random_sums"]
    assert check.outcome is CheckOutcome.FAILED
    assert (check.expected, check.actual) == ("1001", "1002")
    assert "from solution import Counter" in check.counterexample
    assert ".add(1001)" in check.counterexample
