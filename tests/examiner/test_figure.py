"""A figure that a suite measures itself is sampled again while it is over its limit, and the least one counts."""

import pytest

from tests.examiner.conftest import RunSuite, checks, only

SUITE = """
@pytest.mark.check("span")
def test_span(candidate, figure):
    samples = iter(SAMPLES)
    expect(figure.least("span", lambda: next(samples)), LEAST)
"""


@pytest.mark.parametrize(
    ("samples", "least", "low", "high"),
    [
        ([1.4, 9.0], 1.4, 1.4, 1.4),
        ([2.0, 1.2, 9.0], 1.2, 1.2, 2.0),
        ([3.0, 2.0, 2.5, 0.1], 2.0, 2.0, 3.0),
        ([4.0, 0.1], 4.0, 4.0, 4.0),
    ],
    ids=["within at once", "within at last", "never within", "far beyond"],
)
def test_the_least_of_at_most_three_samples_counts(run_suite: RunSuite, samples, least, low, high) -> None:
    suite = SUITE.replace("SAMPLES", repr(samples)).replace("LEAST", repr(least))
    run = run_suite(suite, checks=checks(span=1.5))
    assert only(run, "span")["outcome"] == "passed", run.errors
    (measurement,) = run.of("measurement")
    assert [measurement[name] for name in ("ratio", "low", "high")] == [least, low, high]
