"""Cancelling: every connection is closed, and nothing goes on behind the caller's back."""

import pytest
from answers import dropped, page, silent, stuck_in_body, trickle
from records import now
from scraping import put_pages

from grader.examiner import expect

AFTER_S = 0.3
LINGERING_S = 0.6
CLOSES_WITHIN_S = 0.4


def cancel(candidate, site, urls, **options):
    """Cancel a scrape while it is at work, and hold that it leaves nothing open and begins nothing."""
    ended = candidate.call(urls, cancelled_after_s=AFTER_S, lingering_s=LINGERING_S, **options)
    cancelled_at = now() - LINGERING_S
    expect(ended, True, "the coroutine ends soon after it is cancelled")
    expect(len(site.contacts) > 0, True, "connections were opened before the scrape was cancelled")
    latest = cancelled_at + CLOSES_WITHIN_S
    left = [one for one in site.contacts if one.closed_at is None or one.closed_at > latest]
    expect(len(left), 0, "the number of connections that are open when the coroutine was cancelled")
    begun = [visit.path for visit in site.visits() if visit.asked_at > latest]
    expect(len(begun), 0, "the number of requests after the coroutine was cancelled")


@pytest.mark.check("cancelling")
def test_cancelling_closes_connections_that_wait_for_an_answer(candidate, site):
    stalls = [silent(), stuck_in_body(), trickle()] * 3
    urls = [site.put(f"/{number}", stall, host=number) for number, stall in enumerate(stalls)]
    cancel(candidate, site, urls, max_connections=6, timeout=8.0)


@pytest.mark.check("cancelling")
def test_cancelling_amid_many_pages_and_retries_ends_all_work(candidate, site):
    busy = [site.put(f"/busy/{n}", page("Busy", status=503, Retry_After="1"), page("Well")) for n in range(3)]
    broken = [site.put(f"/dropped/{n}", dropped()) for n in range(3)]
    pages = put_pages(site, 200, delay_s=0.1, hosts=6)
    cancel(candidate, site, [*busy, *broken, *pages], max_connections=8, retries=9)
