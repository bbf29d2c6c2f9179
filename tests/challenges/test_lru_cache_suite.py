"""The hidden suite through the real examiner and host: right solutions pass, faulty ones fail their check."""

import tomllib
from pathlib import Path

import pytest

from tests.examiner.grader_side import PlainPod

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "challenges" / "lru_cache"
REFERENCES = ROOT / "reference_solutions" / "lru_cache"
BUT_SPEED = ("-k", "not test_speed")


def outcomes(name):
    """Return the outcomes of every check that the suite answers, without those of speed."""
    challenge = tomllib.loads((FOLDER / "challenge.toml").read_text(encoding="utf-8"))
    checks = [check for check in challenge["checks"] if check.get("by", "suite") == "suite"]
    settings = {
        "seed": 7,
        "entry": challenge["entry"],
        "load": challenge["load"],
        "checks": {check["id"]: {"measurement": check.get("measurement")} for check in checks},
    }
    solution, reference = REFERENCES / name, REFERENCES / challenge["reference"]
    run = PlainPod(FOLDER / "hidden", solution, reference, settings).examine(BUT_SPEED)
    assert run.exit_code == 0
    found = {check["id"]: set() for check in checks if check["criterion"] != "performance"}
    for test in run.tests():
        found[test["check"]].add(test["outcome"])
    return found


@pytest.mark.parametrize("name", ["accepted/plain_dict", "accepted/package"])
def test_a_right_solution_passes_every_check(name):
    assert {check: seen for check, seen in outcomes(name).items() if seen != {"passed"}} == {}


@pytest.mark.parametrize(
    "name", ["wrong/no_lock", "wrong/queue_of_uses", "wrong/clear_leaves_a_cycle", "wrong/fifo"]
)
def test_a_faulty_solution_fails_what_it_is_said_to_fail(name):
    expected = tomllib.loads((REFERENCES / name / "expected.toml").read_text(encoding="utf-8"))
    failed = {check for check, seen in outcomes(name).items() if seen != {"passed"}}
    assert set(expected["fails"]) <= failed <= {*expected["fails"], *expected.get("also_may_fail", [])}
