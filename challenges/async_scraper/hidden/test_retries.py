"""Retries: which failures are tried again, how often, after which pause, and what happens meanwhile."""

from itertools import pairwise

import pytest
from answers import page
from scraping import expected, failed, scrape, values
from waits import RETRY_AFTER

from grader.examiner import expect

RETRIED = (500, 502, 503, 504)
LATE_S = 0.75  # how much later than asked a request may come on a busy machine
EARLY_S = 0.05


def refusal(status=503, **headers):
    """Return an answer that asks to come back at once, so that tests need not wait."""
    return page(f"Status {status}", status=status, **{"Retry_After": "0", **headers})


@pytest.mark.check("retries")
@pytest.mark.parametrize("retries", [0, 1, 3])
def test_a_failing_server_is_tried_as_often_as_asked(candidate, site, retries):
    urls = [site.put(f"/{status}", refusal(status)) for status in RETRIED]
    wanted = [
        expected(url, status, f"Status {status}", error="http", attempts=retries + 1)
        for url, status in zip(urls, RETRIED, strict=True)
    ]
    expect(scrape(candidate, urls, retries=retries), wanted, f"the results with retries={retries}")
    counts = {url: len(site.visits(f"/{status}")) for url, status in zip(urls, RETRIED, strict=True)}
    expect(counts, dict.fromkeys(urls, retries + 1), "the requests that the server saw of each")


@pytest.mark.check("retries")
def test_two_retries_are_the_default(candidate, site):
    url = site.put("/", refusal())
    expect(
        values(scrape(candidate, [url]), "attempts"), [3], "the attempts of a page that always answers 503"
    )
    expect(len(site.visits("/")), 3, "the requests that the server saw")


@pytest.mark.check("retries")
def test_a_page_that_recovers_is_right(candidate, site):
    after_one = site.put("/one", refusal(500), page("Well again"))
    after_two = site.put("/two", refusal(502), refusal(504), page("Well again"))
    gone = site.put("/gone", refusal(503), page("Gone", status=404), page("Never asked for"))
    wanted = [
        expected(after_one, title="Well again", attempts=2),
        expected(after_two, title="Well again", attempts=3),
        expected(gone, 404, "Gone", error="http", attempts=2),
    ]
    expect(scrape(candidate, [after_one, after_two, gone]), wanted, "the results of pages that fail at first")


@pytest.mark.check("retries")
def test_other_statuses_are_final(candidate, site):
    statuses = (400, 404, 408, 425, 429, 501, 505)
    urls = [site.put(f"/{status}", refusal(status), page("Asked again")) for status in statuses]
    results = scrape(candidate, urls)
    expect(values(results, "status"), [*statuses], "the statuses: none of these is tried again")
    expect(values(results, "attempts"), [1] * len(statuses), "the attempts")


@pytest.mark.check("connection_errors")
def test_broken_connections_are_tried_again(waits):
    wanted = [failed(url, "connection", attempts=2) for url in waits.urls("broken")]
    expect(waits.results("broken"), wanted, "the results of connections that break, with retries=1")


@pytest.mark.check("connection_errors")
def test_a_page_is_right_after_broken_connections(waits):
    results = waits.results("mended")
    expect(values(results, "title"), ["Well"] * 3, "the titles of pages that come whole after breaking twice")
    strange = [result["attempts"] for result in results if result["attempts"] not in {2, 3}]
    expect(strange, [], "attempts counts no more requests than were made: three each")


@pytest.mark.check("connection_errors")
def test_a_refused_connection_is_an_error_at_once_without_retries(candidate, site, doors):
    wanted = [failed(doors.refusing, "connection")]
    expect(
        scrape(candidate, [doors.refusing], retries=0),
        wanted,
        "the result of a port that refuses connections",
    )


def expect_pauses(waits, path, least_s, most_s, what):
    """Hold that each pause of a path lies between two bounds, give or take what a busy machine needs."""
    visits = waits.visits(path)
    pairs = pairwise(visits)
    found = [later.asked_at - (before.done_at or later.asked_at) for before, later in pairs]
    expect(len(found) > 0, True, f"there is another request {what}")
    shortest, longest = min(found), max(found)
    expect(
        shortest >= least_s - EARLY_S,
        True,
        f"the pause {what} is at least {least_s} s (it was {shortest:.1f} s)",
    )
    expect(
        longest <= most_s + LATE_S, True, f"the pause {what} is at most {most_s} s (it was {longest:.1f} s)"
    )


@pytest.mark.check("retry_pauses")
def test_a_pause_is_at_most_a_second(waits):
    results = waits.results("pauses")
    expect(values(results, "title"), ["Well"] * 3, "the titles of pages that fail twice")
    for name in ("503", "500", "dropped"):
        expect_pauses(waits, f"/pauses/{name}", 0, 1, f"after a failure ({name})")


@pytest.mark.check("retry_after")
@pytest.mark.parametrize("number", range(len(RETRY_AFTER)))
def test_the_pause_is_as_long_as_the_server_asks_for(waits, number):
    [result] = waits.results(f"retry_after_{number}")
    asked = RETRY_AFTER[number]
    expect(result["title"], "Well", f"the title of a page that is right after Retry-After: {asked}")
    least_s, most_s = (min(int(asked), 5),) * 2 if asked.isdigit() else (0, 1)
    expect_pauses(waits, f"/retry_after/{number}", least_s, most_s, f"after Retry-After: {asked}")


@pytest.mark.check("retry_frees_connection")
def test_a_url_that_waits_for_its_retry_holds_no_connection(waits):
    results = waits.results("freed")
    expect(values(results, "title"), ["Well"] * 3 + ["Other"] * 5, "the titles")
    visits = waits.visits("/freed")[:8]
    firsts = [visit.path for visit in visits if "busy" in visit.path]
    wanted = [f"/freed/busy/{number}" for number in range(3)]
    expect(sorted(firsts), wanted, "the busy pages among the first eight requests: the others need not wait")
    seconds = visits[-1].asked_at - visits[0].asked_at
    what = f"nobody waits while three pages ask for a second each (the eighth request came after {seconds:.1f} s)"
    expect(seconds < 1 + LATE_S, True, what)
