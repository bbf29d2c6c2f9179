"""What becomes of a suite's tests: right, wrong, dying and hanging candidates, and suites that are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from grader.evidence import gather, parse_event
from tests.examiner.conftest import BOX, RunSuite, by_test, checks, only
from tests.examiner.grader_side import Run

MANY = '''
@pytest.mark.check("right")
def test_right(candidate):
    box = candidate.new(3)
    expect(box.add(2), 5, "adding gives the sum")

@pytest.mark.check("wrong")
def test_wrong(candidate):
    box = candidate.new(3)
    box.add(1)
    expect(box.get(), 7, "the sum is kept")

@pytest.mark.check("bare")
def test_bare(candidate):
    """A box holds what it was given.

    SECRET: the second paragraph stays here.
    """
    assert candidate.new(3).get() == 4

@pytest.mark.check("worded")
def test_worded(candidate):
    assert candidate.new(3).get() == 4, "three is not four"

@pytest.mark.check("raised")
def test_raised(candidate):
    candidate.new().add("a")

@pytest.mark.check("raises")
def test_raises(candidate):
    with candidate.raises("LookupError"):
        candidate.new().add("a")

@pytest.mark.check("raises_nothing")
def test_raises_nothing(candidate):
    with candidate.raises("TypeError", "ValueError"):
        candidate.new().add(1)

@pytest.mark.check("skipped")
def test_skipped(candidate):
    pytest.skip("not today")

@pytest.mark.check("marked_skip")
@pytest.mark.skip
def test_marked_skip(candidate):
    pass

@pytest.mark.check("xfailed")
@pytest.mark.xfail
def test_xfailed(candidate):
    expect(candidate.new(1).get(), 2, "one is two")

@pytest.mark.check("several")
@pytest.mark.parametrize("n", [1, 2, 3])
def test_several(candidate, n):
    expect(candidate.new(n).get(), n if n != 2 else 0, "kept")

@pytest.fixture
def box(candidate):
    return candidate.new("x")

@pytest.mark.check("in_fixture")
def test_in_fixture(box):
    expect(box.get(), "x", "kept")

@pytest.mark.check("confused")
def test_confused(candidate):
    assert candidate.new(1).get() + 1 == 2, "a number"

@pytest.mark.check("noisy")
def test_noisy(candidate):
    print('{"event": "finished", "seconds": {}}')
    import os
    os.write(1, b'{"event": "control", "id": 1}\\n')
'''


@pytest.fixture(scope="module")
def many(run_suite: RunSuite) -> Run:
    names = [line.split('"')[1] for line in MANY.splitlines() if line.startswith("@pytest.mark.check")]
    return run_suite(MANY, checks=checks(*names))


def test_every_line_is_evidence_and_the_last_is_finished(many: Run) -> None:
    evidence = gather(parse_event(_line(event)) for event in many.events)
    assert evidence.is_complete
    assert many.exit_code == 0
    assert many.events[-1]["event"] == "finished"


@pytest.mark.parametrize(
    ("check", "outcome", "words"),
    [
        ("right", "passed", ""),
        ("wrong", "failed", "the sum is kept"),
        ("bare", "failed", "this does not hold: A box holds what it was given"),
        ("worded", "failed", "three is not four"),
        ("raised", "failed", "TypeError was raised, which was not expected"),
        ("raises", "failed", "TypeError was raised, where LookupError was expected"),
        ("raises_nothing", "failed", "nothing was raised, where TypeError or ValueError was expected"),
        ("skipped", "failed", "the test was skipped"),
        ("marked_skip", "failed", "the test was skipped"),
        ("xfailed", "failed", "one is two"),
        ("in_fixture", "passed", ""),
        ("confused", "passed", ""),
        ("noisy", "passed", ""),
    ],
)
def test_outcomes_are_told_in_plain_words(many: Run, check: str, outcome: str, words: str) -> None:
    test = only(many, check)
    assert test["outcome"] == outcome
    assert words in test["message"]


def test_expected_and_actual_are_shown(many: Run) -> None:
    test = only(many, "wrong")
    assert (test["expected"], test["actual"]) == ("7", "4")


def test_the_counterexample_is_a_program_that_shows_the_same(many: Run) -> None:
    expected = "from solution import Box\nbox = Box(3)\nbox.add(1)\nbox.get()  # returned 4, expected 7"
    assert only(many, "wrong")["counterexample"] == expected
    assert only(many, "right")["counterexample"] == ""
    assert "# raised TypeError" in only(many, "raised")["counterexample"]


def test_every_case_of_a_parametrised_test_is_evidence(many: Run) -> None:
    assert [test["outcome"] for test in many.tests("several")] == ["passed", "failed", "passed"]


def test_the_suites_source_is_never_told(many: Run) -> None:
    told = str(many.events)
    for secret in ("SECRET", "assert ", "candidate.new", "test_suite.py", "def test_"):
        assert secret not in told


CONFUSING = """
@pytest.mark.check("confused")
def test_confused(candidate):
    assert candidate.new(1).get() + 1 == 2, "a number"

@pytest.mark.check("after")
def test_later(candidate):
    expect(candidate.new(1).add(1), 2, "adding")
"""


def test_an_answer_of_another_type_is_the_candidates_failure(run_suite: RunSuite) -> None:
    run = run_suite(
        CONFUSING,
        BOX.replace("get(self): return self.value", "get(self): return None"),
        checks=checks("confused", "after"),
    )
    assert run.exit_code == 0
    assert by_test(run) == [("confused", "failed"), ("after", "passed")]
    assert only(run, "confused")["message"].startswith(
        "an answer could not be used as the contract says it can: TypeError"
    )


BROKEN_SUITES = {
    "a name that is not there": (
        '@pytest.mark.check("a")\ndef test_a(candidate):\n    nonsense',
        "NameError",
    ),
    "an import that fails": ("import nothing_like_it", "nothing_like_it"),
    "a syntax error": ("def test_a(:", "SyntaxError"),
    "a test without a check": ("def test_a(candidate): pass", "expected a mark `check`"),
    "a check that does not exist": (
        '@pytest.mark.check("b")\ndef test_a(candidate): pass',
        "expected a mark `check`",
    ),
    "a check without a test": ("", "a"),
    "an unknown fixture": ('@pytest.mark.check("a")\ndef test_a(nonsense): pass', "nonsense"),
    "an unknown measurement": ('@pytest.mark.check("a")\ndef test_a(load): load.compare("b", "C")', "'b'"),
    "a Hypothesis test that cannot be drawn": (
        '@pytest.mark.check("a")\n@given(st.integers().filter(lambda n: False))\ndef test_a(candidate, n): pass',
        "Unsatisfi",
    ),
    "something that cannot be sent": (
        '@pytest.mark.check("a")\ndef test_a(candidate): candidate.new(object())',
        "object",
    ),
}


@pytest.mark.parametrize(("suite", "words"), BROKEN_SUITES.values(), ids=BROKEN_SUITES)
def test_a_wrong_suite_is_never_the_candidates_failure(run_suite: RunSuite, suite: str, words: str) -> None:
    locustfile = "class C: pass" if "load" in suite else ""
    run = run_suite(suite, checks=checks("a"), locustfile=locustfile)
    assert run.exit_code == 3
    assert words in run.errors
    assert not run.of("finished")
    assert not run.tests()


@pytest.mark.parametrize(
    ("candidate", "words"),
    [
        ("import nothing_like_it", "ModuleNotFoundError: No module named 'nothing_like_it'"),
        ("class Bx: pass", "AttributeError"),
        ("import os; os._exit(0)", "the process ended while importing the code: exit code 0"),
        ("raise SystemExit(0)", "SystemExit"),
        ("while True: pass", "within 1 s the process was not ready"),
        ("import os; os.kill(os.getpid(), 9)", "killed by signal 9"),
    ],
)
def test_code_that_cannot_be_started_is_a_failed_build(
    run_suite: RunSuite, candidate: str, words: str
) -> None:
    run = run_suite(MANY, candidate, checks=checks("right"), start_s=1.0 if "while" in candidate else 20.0)
    (event,) = run.of("build_failed")
    assert words in event["message"]
    assert run.exit_code == 0
    assert not run.tests()


SQUATTER = """
import os, socket, threading
def squat(port):
    def serve():
        while True:
            peer = server.accept()[0]
            line = peer.recv(65536)
            peer.sendall(b'{"jsonrpc": "2.0", "id": 1, "result": {"proof": "", "nonce": ""}}\\n')
    server = socket.create_server(("127.0.0.1", port))
    threading.Thread(target=serve, daemon=True).start()
squat(int(os.environ["PORTS"].split(",")[1]))
"""


def test_a_candidate_on_the_references_port_is_flagged(run_suite: RunSuite) -> None:
    suite = """
@pytest.mark.check("paired")
def test_paired(candidate, reference):
    expect(reference.new(1).get(), 1, "kept")
"""
    run = run_suite(suite, SQUATTER + BOX, checks=checks("paired"))
    assert run.exit_code == 0, run.errors
    assert [(flag["id"], flag["severity"]) for flag in run.of("flag")] == [("port_taken", "critical")]
    assert only(run, "paired")["outcome"] == "crashed"


def _line(event: dict[str, Any]) -> bytes:
    import json

    return json.dumps(event).encode()
