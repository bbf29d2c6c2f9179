"""Runs small suites against small candidates, as the grader would."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from tests.examiner.grader_side import Command, PlainPod, Run

RunSuite = Callable[..., Run]

HEAD = """
import time
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from grader.examiner import current_candidate, expect
"""

BOX = """
class Box:
    def __init__(self, value=0): self.value = value
    def get(self): return self.value
    def add(self, n): self.value += n; return self.value
"""


def checks(*names: str, **measured: float) -> dict[str, Any]:
    """Return checks by id; `measured` gives the limit of each that has a measurement of its own name."""
    plain: dict[str, Any] = {name: {"measurement": None} for name in names}
    return plain | {
        name: {
            "measurement": {
                "id": name,
                "unit": "ms",
                "full_at": full_at,
                "zero_at": 10 * full_at,
                "scale": "log",
            }
        }
        for name, full_at in measured.items()
    }


@pytest.fixture(scope="module")
def run_suite(tmp_path_factory: pytest.TempPathFactory) -> RunSuite:
    """Run a suite's text against a candidate's, and return what the examiner wrote."""

    def run(
        suite: str,
        candidate: str = BOX,
        *,
        reference: str = BOX,
        locustfile: str = "",
        command: Command | None = None,
        reference_command: Command | None = None,
        has_cpu_account: bool = True,
        **settings: Any,
    ) -> Run:
        folder = tmp_path_factory.mktemp("examination")
        texts = {"suite/test_suite.py": HEAD + textwrap.dedent(suite)}
        texts |= {"candidate/solution.py": candidate, "reference/solution.py": reference}
        if locustfile:
            texts["suite/locustfile.py"] = textwrap.dedent(locustfile)
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        settings = {"entry": "solution:Box"} | settings
        pod = PlainPod(folder / "suite", folder / "candidate", folder / "reference", settings)
        pod.command = command or pod.command
        pod.reference_command = reference_command or pod.reference_command
        pod.has_cpu_account = has_cpu_account
        return pod.examine()

    return run


def by_test(run: Run) -> list[tuple[str, str]]:
    """Return check and outcome of every test in order."""
    return [(test["check"], test["outcome"]) for test in run.tests()]


def only(run: Run, check: str) -> dict[str, Any]:
    """Return the one test of a check."""
    (test,) = run.tests(check)
    return test
