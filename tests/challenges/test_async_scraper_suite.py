"""The hidden suite through the real examiner and host: a right solution passes, faulty ones fail their check."""

import tomllib
from pathlib import Path

import pytest

from tests.examiner.grader_side import PlainPod

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "challenges" / "async_scraper"
REFERENCES = ROOT / "reference_solutions" / "async_scraper"
QUICK = "test_results or test_arguments or test_sizes or test_random_plans or test_statuses"


def outcomes(name, tests):
    """Return the outcomes of the checks that some tests answer."""
    challenge = tomllib.loads((FOLDER / "challenge.toml").read_text(encoding="utf-8"))
    checks = [check for check in challenge["checks"] if check.get("by", "suite") == "suite"]
    settings = {
        "seed": 7,
        "entry": challenge["entry"],
        "call_s": challenge["limits"]["call_s"],
        "checks": {check["id"]: {"measurement": None} for check in checks},  # nothing is measured here
    }
    solution, reference = REFERENCES / name, REFERENCES / challenge["reference"]
    run = PlainPod(FOLDER / "hidden", solution, reference, settings).examine(("-k", tests))
    assert run.exit_code == 0, run.errors
    found = {}
    for test in run.tests():
        found.setdefault(test["check"], set()).add(test["outcome"])
    return found


@pytest.mark.parametrize("name", ["accepted/httpx_semaphore", "accepted/raw_streams"])
def test_a_right_solution_passes(name):
    found = outcomes(name, QUICK)
    assert {check: seen for check, seen in found.items() if seen != {"passed"}} == {}
    assert len(found) > 8


@pytest.mark.parametrize(
    ("name", "tests"),
    [
        ("wrong/children_outlive_it", "test_cancelling"),
        ("wrong/parses_in_the_loop", "large_page"),
        ("slow/batches", "a_slow_page_keeps"),
        ("wrong/reports_repeats_once", "test_results"),
    ],
)
def test_a_faulty_solution_fails_what_it_is_said_to_fail(name, tests):
    expected = tomllib.loads((REFERENCES / name / "expected.toml").read_text(encoding="utf-8"))
    failed = {check for check, seen in outcomes(name, tests).items() if seen != {"passed"}}
    assert failed
    assert failed <= {*expected["fails"], *expected.get("also_may_fail", [])}
