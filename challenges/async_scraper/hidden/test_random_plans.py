"""Random websites and lists of URLs, against a model of the right answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scraping import expect_connections, scrape
from site_model import LARGEST, OPEN, PLANS

from grader.examiner import Unexpected, expect

SHRINKING_TRIES = 80


def closed(result):
    """Return a result without the fields that the statement leaves open for its error."""
    return {name: value for name, value in result.items() if name not in OPEN.get(result["error"], ())}


class Patience:
    """Ends the search for a smaller example after some tries, alike in each run: a scrape takes its time."""

    def __init__(self, tries):
        self._left = tries
        self._failing = set()

    def is_over_for(self, example):
        """Tell whether an example that is not known to fail need not be tried any more."""
        self._left -= bool(self._failing)
        return self._left < 0 and example not in self._failing

    def note_failure(self, example):
        """Take note of an example that fails."""
        self._failing.add(example)


@pytest.fixture
def patience():
    """Give each run of the test a patience of its own."""
    return Patience(SHRINKING_TRIES)


@pytest.mark.check("random_plans")
@settings(max_examples=25)
@given(
    plans=st.lists(PLANS, min_size=1, max_size=8),
    choice=st.lists(st.integers(0, 7), min_size=1, max_size=12),
    connections=st.integers(1, 4),
    retries=st.integers(0, 2),
)
def test_every_result_is_that_of_the_model(candidate, site, patience, plans, choice, connections, retries):
    example = repr((plans, choice, connections, retries))
    if patience.is_over_for(example):
        return
    try:
        hold(candidate, site, plans, choice, connections, retries)
    except Unexpected:
        patience.note_failure(example)
        raise


def hold(candidate, site, plans, choice, connections, retries):
    """Scrape the chosen pages, and hold that every result is right."""
    site.clear()
    urls = [plan.put(site, f"/{number}", host=number) for number, plan in enumerate(plans)]
    chosen = [number % len(plans) for number in choice]
    results = scrape(
        candidate,
        [urls[number] for number in chosen],
        max_connections=connections,
        retries=retries,
        max_body_bytes=LARGEST,
    )
    for number, result in zip(chosen, results, strict=True):
        wanted = closed(plans[number].result(urls[number], retries))
        expect(closed(result), wanted, f"the result of a page of the kind {plans[number].kind!r}")
    expect_connections(site.contacts, connections)
