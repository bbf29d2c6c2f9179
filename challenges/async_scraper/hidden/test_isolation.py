"""Isolation: no page's failure, no large page and no other scrape spoils a result."""

from itertools import pairwise

import pytest
from answers import answer, page, silent
from scraping import expected, put_pages, results_of, scrape, values
from waits import FAILING

from grader.examiner import expect

QUICK = [name for name in FAILING if name not in {"silent", "stuck"}]
LARGE_BYTES = 8_000_000
MARKUP = b'<div class="a"><p>text &amp; more</p><br/></div>'
LONGEST_GAP_S = 1.2


@pytest.mark.check("isolation")
@pytest.mark.parametrize("name", QUICK)
def test_one_page_s_failure_spoils_no_other_result(candidate, site, name):
    bad = site.put(f"/failures/{name}", FAILING[name]())
    good = put_pages(site, 3, prefix="/good")
    results = scrape(candidate, [good[0], bad, *good[1:]], max_connections=2, retries=0)
    expect(results[1]["error"] is not None, True, f"the page that fails ({name}) has an error")
    wanted = [expected(url, title=f"Page {number}") for number, url in enumerate(good)]
    expect([results[0], *results[2:]], wanted, f"the results of good pages beside one that fails ({name})")


@pytest.mark.check("isolation")
def test_many_failures_at_once_spoil_no_result(waits):
    results = waits.results("failures")
    good, bad = results[::2], results[1::2]
    expect(
        values(good, "title"),
        [f"Page {number}" for number in range(len(good))],
        "the titles of the good pages",
    )
    expect(
        [result["url"] for result in bad if result["error"] is None],
        [],
        "the pages that fail without an error",
    )


@pytest.mark.check("large_pages")
def test_parsing_a_large_page_does_not_hold_up_others(candidate, site):
    body = b"<html><body>" + MARKUP * (LARGE_BYTES // len(MARKUP)) + b"<title>At the end</title>"
    large = site.put("/large", answer(200, body))
    others = put_pages(site, 40, delay_s=0.03)
    results = scrape(
        candidate, [large, *others], max_connections=2, max_body_bytes=2 * LARGE_BYTES, timeout=60
    )
    expect(results[0], expected(large, title="At the end"), "the result of a page of eight million bytes")
    moments = [visit.asked_at for visit in site.visits() if visit.path != "/large"]
    longest = max(later - before for before, later in pairwise(moments))
    expect(
        longest < LONGEST_GAP_S,
        True,
        f"pages of 30 ms follow one another while a large page is parsed (nothing happened for {longest:.1f} s)",
    )


@pytest.mark.check("calls_apart")
def test_scrapes_at_once_in_one_loop_do_not_disturb_each_other(candidate, site):
    lists = [put_pages(site, 8, delay_s=0.03, prefix=f"/{part}") for part in range(3)]
    told = candidate.call(lists[0], beside=[(urls, {}) for urls in lists[1:]], max_connections=2)
    for number, urls in enumerate(lists):
        results = results_of(told[number], urls)
        expect(values(results, "title"), [f"Page {n}" for n in range(8)], f"the titles of scrape {number}")


@pytest.mark.check("calls_apart")
def test_nothing_is_remembered_from_one_call_to_the_next(candidate, site):
    url = site.put("/changing", page("Old"), page("New"))
    titles = [values(scrape(candidate, [url]), "title") for _ in range(2)]
    expect(titles, [["Old"], ["New"]], "the titles of a page that changes between two calls")


@pytest.mark.check("calls_apart")
def test_a_scrape_after_a_cancelled_one_is_right(candidate, site):
    stuck = [site.put(f"/stuck/{number}", silent()) for number in range(4)]
    candidate.call(stuck, cancelled_after_s=0.1, max_connections=2)
    urls = put_pages(site, 6)
    wanted = [expected(url, title=f"Page {number}") for number, url in enumerate(urls)]
    expect(
        scrape(candidate, urls, max_connections=2),
        wanted,
        "the results of a scrape after one that was cancelled",
    )
