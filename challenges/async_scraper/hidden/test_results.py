"""Results: their fields and order, equal URLs, empty lists."""

import pytest
from answers import page
from scraping import expected, put_pages, scrape, values

from grader.examiner import expect


@pytest.mark.check("results")
def test_one_page_gives_one_result(candidate, site):
    url = site.put("/page", page("A page"))
    expect(scrape(candidate, [url]), [expected(url, title="A page")], "the result of one page")


@pytest.mark.check("results")
def test_results_come_in_the_order_given_whatever_takes_longest(candidate, site):
    delays = [0.12, 0.0, 0.06, 0.0, 0.09, 0.03]
    urls = [
        site.put(
            f"/page/{number}", page(f"Page {number}", delay_s=delay_s, status=404 if number == 1 else 200)
        )
        for number, delay_s in enumerate(delays)
    ]
    wanted = [f"Page {number}" for number in range(len(delays)) if number != 1]
    for connections in (10, 2):
        results = scrape(candidate, urls, max_connections=connections)
        found = [result["title"] for result in results if result["status"] == 200]
        expect(found, wanted, f"the titles in the order of the URLs, with max_connections={connections}")


@pytest.mark.check("results")
def test_no_url_gives_no_result(candidate, site):
    expect(scrape(candidate, []), [], "what an empty list gives")


@pytest.mark.check("results")
def test_many_pages_are_scraped(candidate, site):
    urls = put_pages(site, 150, hosts=5)
    wanted = [expected(url, title=f"Page {number}") for number, url in enumerate(urls)]
    expect(scrape(candidate, urls), wanted, "the results of 150 pages")


@pytest.mark.check("duplicates")
def test_equal_urls_are_fetched_once_and_each_reported(candidate, site):
    first, second = site.put("/first", page("First", delay_s=0.05)), site.put("/second", page("Second"))
    urls = [first, second, first, first, second]
    titles = ["First", "Second", "First", "First", "Second"]
    wanted = [expected(url, title=title) for url, title in zip(urls, titles, strict=True)]
    expect(scrape(candidate, urls), wanted, "a result for each URL of the list")
    expect(sorted(site.paths()), ["/first", "/second"], "the requests that were made")


@pytest.mark.check("duplicates")
def test_equal_urls_are_fetched_once_over_one_connection_too(candidate, site):
    url = site.put("/page", page("First answer"), page("Second answer"))
    results = scrape(candidate, [url] * 6, max_connections=1)
    expect(values(results, "title"), ["First answer"] * 6, "the titles of six equal URLs")
    expect(len(site.paths()), 1, "the number of requests for six equal URLs")


@pytest.mark.check("duplicates")
def test_an_equal_url_that_fails_is_reported_for_each(candidate, site):
    url = site.put("/missing", page("Not here", status=404))
    wanted = expected(url, 404, "Not here", error="http")
    expect(scrape(candidate, [url, url, url]), [wanted] * 3, "a result for each URL of the list")
    expect(len(site.paths()), 1, "the number of requests for three equal URLs")


@pytest.mark.check("duplicates")
def test_urls_that_differ_are_fetched_each(candidate, site):
    urls = [site.put(path, page(path)) for path in ("/a", "/a/", "/A", "/a?b=1", "/a?b=2")]
    expect(values(scrape(candidate, urls), "title"), ["/a", "/a/", "/A", "/a?b=1", "/a?b=2"], "the titles")
