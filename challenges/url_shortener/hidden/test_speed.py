"""Speed: processor time of redirects and posts against the reference, and how a redirect's grows."""

import time

import pytest
from shortener import MARGIN_S, SHOWS_WITHIN_S, statistics

from grader.examiner import expect

COUNTED_LINKS = 40


def clicks_under_load(http):
    """Return how often the links of the load were used, as their statistics say."""
    return sum(statistics(http, f"counted-{number}")["clicks"] for number in range(COUNTED_LINKS))


@pytest.mark.check("redirect_cost")
def test_a_redirect_costs_no_more_than_a_plain_service_needs(http, load):
    answered = load.compare("redirect_cost", "CountedLinks")
    until = time.monotonic() + SHOWS_WITHIN_S + MARGIN_S
    while (counted := clicks_under_load(http)) < answered and time.monotonic() < until:
        time.sleep(0.1)
    expect(counted >= answered, True, "every click that was answered under load is counted")


@pytest.mark.check("create_cost")
def test_a_post_costs_no_more_than_a_plain_service_needs(load):
    load.compare("create_cost", "Posts")


@pytest.mark.check("redirect_growth_links")
def test_a_redirect_costs_the_same_however_many_links_are_stored(http, load):
    http.fresh()
    load.growth("redirect_growth_links", "FewLinks", "ManyLinks", interleaved=False)


@pytest.mark.check("redirect_growth_clicks")
def test_a_redirect_costs_the_same_however_often_the_link_was_used(load):
    load.growth("redirect_growth_clicks", "NewLinks", "UsedLink")
