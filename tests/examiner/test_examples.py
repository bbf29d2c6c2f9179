"""Found examples: the smallest, the same for the same seed, and of candidates that answer as they please."""

from __future__ import annotations

from typing import Any

from tests.examiner.conftest import BOX, RunSuite, checks, only

SHRINKING = """
@pytest.mark.check("shrunk")
@given(st.lists(st.integers(-100, 100), max_size=20))
def test_shrunk(candidate, numbers):
    box = candidate.new(0)
    total = 0
    for number in numbers:
        total += number
        expect(box.add(number), total, "the sum")

class Machine(RuleBasedStateMachine):
    @initialize(start=st.integers(0, 3))
    def start(self, start):
        self.box, self.total = current_candidate().new(start), start
    @rule(n=st.integers(-20, 20))
    def add(self, n):
        self.total += n
        expect(self.box.add(n), self.total, "the sum")
    @rule()
    def get(self):
        expect(self.box.get(), self.total, "what is kept")

@pytest.mark.check("machine")
class TestMachine(Machine.TestCase):
    pass
"""
OFF_BY_ONE = BOX.replace("self.value += n;", "self.value += n if n < 10 else n + 1;")


def test_a_found_example_is_the_smallest(run_suite: RunSuite) -> None:
    run = run_suite(SHRINKING, OFF_BY_ONE, checks=checks("shrunk", "machine"))
    shown = "from solution import Box\nbox = Box(0)\nbox.add(10)  # returned 11, expected 10"
    assert [test["outcome"] for test in run.tests()] == ["failed", "failed"]
    assert [test["counterexample"] for test in run.tests()] == [shown, shown]


def test_two_runs_with_one_seed_write_the_same_but_for_durations(run_suite: RunSuite) -> None:
    first, second = (
        [
            _timeless(event)
            for event in run_suite(SHRINKING, OFF_BY_ONE, checks=checks("shrunk", "machine")).events
        ]
        for _ in range(2)
    )
    assert first == second


def test_another_seed_draws_other_examples(run_suite: RunSuite) -> None:
    suite = """
@pytest.mark.check("drawn")
@settings(max_examples=5)
@given(st.integers(0, 10**9))
def test_drawn(candidate, n):
    candidate.new().add(n)
    assert n < 10**6, f"drew {n}"
"""
    suite = suite.replace(
        "@settings(max_examples=5)",
        "@settings(max_examples=5, phases=[__import__('hypothesis').Phase.generate])",
    )
    messages = {
        only(run_suite(suite, checks=checks("drawn"), seed=seed), "drawn")["message"] for seed in (1, 2, 1)
    }
    assert len(messages) == 2


FICKLE = """
import itertools
class Box:
    calls = itertools.count()
    def __init__(self, value=0): self.value = value
    def get(self): return self.value
    def add(self, n): return self.value + n + (next(Box.calls) % 7 == 5)
"""


def test_a_candidate_that_answers_differently_each_time_has_failed(run_suite: RunSuite) -> None:
    run = run_suite(SHRINKING, FICKLE, checks=checks("shrunk", "machine"))
    assert [test["outcome"] for test in run.tests()] == ["failed", "failed"]
    assert run.exit_code == 0


def _timeless(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in {"duration_s", "seconds"}}
