"""The slope of CPU time tells constant from linear cost, also beside a process that keeps a processor busy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.examiner.growth import fit_slope
from tests.examiner.conftest import RunSuite, checks, only

SUITE = """
@pytest.mark.check("{check}")
def test_cost(candidate, growth):
    def prepare(size):
        shelf = candidate.new()
        shelf.map("put", [range(size), range(size)], results=False)
        return shelf

    def work(shelf, size):
        return shelf.map("{method}", [range(size // 2, size // 2 + 200)], results=False)

    growth.measure("{check}", [500, 2000, 8000], prepare, work)
"""
SHELF = """
class Shelf:
    def __init__(self): self.by_key = {}; self.order = []
    def put(self, key, value): self.by_key[key] = value; self.order.append(key)
    def get(self, key): return self.by_key[key]
    def search(self, key): return self.order.index(key)
"""


@contextmanager
def hog() -> Iterator[None]:
    """Keep a processor busy, for as short as possible."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def slope(
    run_suite: RunSuite, method: str, *, has_cpu_account: bool = True
) -> tuple[float, dict[str, object]]:
    suite = SUITE.replace("{check}", "cost").replace("{method}", method)
    limits = checks(cost=0.35)
    run = run_suite(suite, SHELF, entry="solution:Shelf", checks=limits, has_cpu_account=has_cpu_account)
    assert only(run, "cost")["outcome"] == "passed", run.errors
    (measurement,) = run.of("measurement")
    return measurement["ratio"], measurement


@pytest.mark.parametrize("has_hog", [False, True], ids=["quiet", "beside a hog"])
def test_constant_cost_has_a_slope_near_zero_and_linear_near_one(run_suite: RunSuite, has_hog: bool) -> None:
    if has_hog:
        with hog():
            constant, linear = slope(run_suite, "get")[0], slope(run_suite, "search")[0]
    else:
        constant, linear = slope(run_suite, "get")[0], slope(run_suite, "search")[0]
    assert constant <= 0.2
    assert linear >= 0.6


def test_a_measurement_keeps_its_points_and_bounds(run_suite: RunSuite) -> None:
    ratio, measurement = slope(run_suite, "search")
    assert [point["size"] for point in measurement["growth"]] == [500, 2000, 8000]
    assert all(point["cpu_s"] > 0 for point in measurement["growth"])
    assert measurement["low"] <= ratio <= measurement["high"]


def test_without_an_account_of_cpu_it_says_that_it_measured_wall_time(run_suite: RunSuite) -> None:
    _, measurement = slope(run_suite, "search", has_cpu_account=False)
    assert "wall time" in str(measurement["detail"])


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([(10, 1.0), (100, 1.0), (1000, 1.0)], 0.0),
        ([(10, 1.0), (100, 10.0), (1000, 100.0)], 1.0),
        ([(10, 1.0), (100, 100.0)], 2.0),
        ([(10, 1.0)], 0.0),
    ],
)
def test_the_slope_is_the_exponent(points: list[tuple[int, float]], expected: float) -> None:
    assert fit_slope(points) == pytest.approx(expected)
