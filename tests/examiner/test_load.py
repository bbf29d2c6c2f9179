"""The performance stage with real Locust users: fair to equals, clear about slow, wrong, dying, hanging ones."""

from __future__ import annotations

import pytest

from tests.examiner.conftest import RunSuite, checks, only
from tests.examiner.grader_side import Run

LOCUSTFILE = """
from locust import task
from grader.examiner.load import RpcUser

class Adder(RpcUser):
    abstract = True

    def on_start(self):
        super().on_start()
        self.box = self.subject.new(0)
        self.total = 0

    @task
    def add(self):
        numbers = [self.random.randrange(100) for _ in range(400)]
        self.total += sum(numbers)
        with self.request("add"):
            self.box.map("add", [numbers], results=False)
            assert self.box.get() == self.total, "the sum is wrong"
"""
SUITE = """
@pytest.mark.check("cost")
def test_cost(candidate, load):
    load.compare("cost", "Adder")

@pytest.mark.check("after")
@pytest.mark.parametrize("n", [1])
def test_after(candidate, load, n):
    expect(candidate.new(n).get(), n, "it goes on")
"""
BOX = """
import os, threading, time
class Box:
    adds = 0
    def __init__(self, value=0): self.value = value
    def get(self): return self.value
    def add(self, n):
        {work}
        self.value += n
        return self.value
"""
QUICK = {"block_s": 0.1, "blocks": 3, "extended_blocks": 5, "warmup_s": 0.1, "users": 2}


def measure(run_suite: RunSuite, work: str, *, full_at: float = 3.0, **more: object) -> Run:
    settings = {"call_s": 1.5, "load": QUICK} | more
    return run_suite(
        SUITE,
        BOX.format(work=work),
        reference=BOX.format(work="pass"),
        locustfile=LOCUSTFILE,
        checks=checks("after", cost=full_at),
        **settings,
    )


@pytest.fixture(scope="module")
def equal(run_suite: RunSuite) -> Run:
    return measure(run_suite, "pass")


def test_equals_cost_the_same(equal: Run) -> None:
    assert only(equal, "cost")["outcome"] == "passed", equal.errors
    (measurement,) = equal.of("measurement")
    assert 0.6 < measurement["ratio"] < 1.6
    assert measurement["low"] <= measurement["ratio"] <= measurement["high"]
    assert measurement["candidate"] > 0


def test_every_block_of_every_side_is_kept(equal: Run) -> None:
    (measurement,) = equal.of("measurement")
    turns = [(block["side"], block["index"]) for block in measurement["blocks"]]
    assert len(turns) >= 9
    assert {side for side, _ in turns} == {"candidate", "reference", "reference_copy"}
    assert all(block["requests"] > 0 and block["failures"] == 0 for block in measurement["blocks"])
    assert all(block["p50_ms"] <= block["p95_ms"] <= block["p99_ms"] for block in measurement["blocks"])


def test_the_candidate_goes_on_after_the_stage(equal: Run) -> None:
    assert only(equal, "after")["outcome"] == "passed"
    assert [event["name"] for event in equal.of("stage")][-1] == "load"


def test_a_slower_one_costs_more(run_suite: RunSuite) -> None:
    run = measure(run_suite, "sum(range(200))")
    (measurement,) = run.of("measurement")
    assert measurement["ratio"] > 1.5
    assert only(run, "cost")["outcome"] == "passed"


def test_one_too_slow_for_enough_requests_is_measured_with_fewer(run_suite: RunSuite) -> None:
    run = measure(run_suite, "sum(range(20_000))", call_s=10.0)
    (measurement,) = run.of("measurement")
    assert measurement["ratio"] > 30


@pytest.mark.parametrize(
    ("work", "outcome", "words"),
    [
        ("n += 1", "failed", "wrong answers under load"),
        ("raise ValueError('under load')", "failed", "under load"),
        ("Box.adds += 1; Box.adds > 3000 and os._exit(4)", "crashed", "exit code 4"),
        ("Box.adds += 1; Box.adds > 3000 and time.sleep(60)", "", "it stopped answering under load"),
    ],
    ids=["wrong", "raises", "dies", "hangs"],
)
def test_right_answers_are_required(run_suite: RunSuite, work: str, outcome: str, words: str) -> None:
    run = measure(run_suite, work)
    test = only(run, "cost")
    assert run.exit_code == 0, run.errors
    assert test["outcome"] != "passed"
    assert test["outcome"] == outcome or not outcome
    assert words in test["message"]
    assert not run.of("measurement")
    assert only(run, "after")["outcome"] == "passed"


def test_without_an_account_of_cpu_it_says_that_it_measured_wall_time(run_suite: RunSuite) -> None:
    run = measure(run_suite, "pass", has_cpu_account=False)
    (measurement,) = run.of("measurement")
    assert "wall time" in measurement["detail"]


@pytest.mark.parametrize(
    ("locustfile", "words"),
    [
        ("import nothing_like_it", "nothing_like_it"),
        ("class Other: pass", "Adder"),
        ("", "locustfile.py is missing"),
    ],
)
def test_a_wrong_locustfile_is_never_the_candidates_failure(
    run_suite: RunSuite, locustfile: str, words: str
) -> None:
    run = run_suite(SUITE, checks=checks("after", cost=3.0), locustfile=locustfile)
    assert run.exit_code == 3
    assert words in run.errors
