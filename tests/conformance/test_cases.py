"""Every engine contains every case, names its ending rightly and works as before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from tests.conformance.case import load_cases
from tests.conformance.engines import REQUIRED_VARIABLE, EngineMissing, is_required
from tests.conformance.judge import complaints
from tests.conformance.known_limits import load_known_limits, load_memory_factors, unexcused
from tests.conformance.record import Record
from tests.conformance.runs import SUBJECTS, Runs, open_runs

CASES = load_cases()
KNOWN = load_known_limits()
MEMORY_FACTORS = load_memory_factors()


class Suite:
    """The selected cases of one engine, all running in the background while the tests wait for them in turn."""

    def __init__(self, runs: Runs, names: list[str]) -> None:
        self._runs = runs
        self._futures: dict[str, Future[Record]] = {name: runs.start(CASES[name]) for name in names}

    def record(self, name: str) -> Record:
        """Return what came of a case."""
        if name not in self._futures:
            self._futures[name] = self._runs.start(CASES[name])
        return self._futures[name].result()


@pytest.fixture(scope="module", params=SUBJECTS)
def suite(request: pytest.FixtureRequest) -> Iterator[Suite]:
    """One engine with the cases that this session has selected for it."""
    subject = request.param
    try:
        runs = open_runs(subject)
    except EngineMissing as error:
        if is_required(subject):
            pytest.fail(
                f"{REQUIRED_VARIABLE} asks for an engine that is missing here: {error}", pytrace=False
            )
        pytest.skip(f"engine missing here: {error}")
    try:
        yield Suite(runs, _selected(request, subject))
    finally:
        runs.close()


def _selected(request: pytest.FixtureRequest, subject: str) -> list[str]:
    """Return the cases to start at once: the selected ones, or none where several processes share them out."""
    if hasattr(request.config, "workerinput"):
        return []
    specs = [getattr(item, "callspec", None) for item in request.session.items]
    chosen = [spec.params for spec in specs if spec is not None]
    return [params["name"] for params in chosen if params.get("suite") == subject and "name" in params]


@pytest.mark.engine
@pytest.mark.parametrize("name", CASES)
def test_the_engine_contains(suite: Suite, name: str) -> None:
    record = suite.record(name)
    known = KNOWN.get((name, record.engine))
    found = complaints(CASES[name], record, MEMORY_FACTORS.get(record.engine, 1.0))
    left = unexcused(found, known)
    assert not left, f"{CASES[name].rule}\n  " + "\n  ".join(left)
    if known is not None:
        pytest.xfail(known.reason)


def test_known_limits_name_cases_and_engines_that_are_there() -> None:
    assert {case for case, _ in KNOWN} <= set(CASES)
    assert {engine for _, engine in KNOWN} <= set(SUBJECTS)


def test_a_memory_factor_names_an_engine_that_is_there() -> None:
    assert set(MEMORY_FACTORS) <= set(SUBJECTS)
