"""Connections: never more than allowed, by the website's own account of every one of them."""

import pytest
from answers import page
from gates import Gate
from scraping import expect_connections, put_pages, scrape, values

from grader.examiner import expect


def hold_back(site, count, width, *, hosts=1):
    """Put pages that are answered only while `width` of them are asked for; return the URLs and the gate."""
    gate = Gate(width, count)
    return [site.put(f"/{n}", page(f"{n}"), host=n % hosts, gate=gate) for n in range(count)], gate


@pytest.mark.check("connection_limit")
def test_ten_connections_are_the_default(candidate, site):
    urls = put_pages(site, 20, delay_s=0.4)
    results = scrape(candidate, urls)
    expect(values(results, "error"), [None] * len(urls), "the errors")
    expect_connections(site.contacts, 10)


@pytest.mark.check("connection_limit")
@pytest.mark.parametrize(("part", "allowed"), [("one_connection", 1), ("four_connections", 4)])
def test_no_more_connections_are_open_than_allowed(waits, part, allowed):
    expect_pages(waits.results(part))
    expect_connections(waits.contacts(f"/{part}"), allowed)


@pytest.mark.check("idle_connections")
@pytest.mark.parametrize(("part", "allowed"), [("many_hosts", 3), ("moves", 2), ("comebacks", 2)])
def test_connections_to_many_hosts_stay_within_the_limit(waits, part, allowed):
    expect_pages(waits.results(part))
    expect_connections(waits.contacts(f"/{part}"), allowed)


def expect_pages(results):
    """Hold that numbered pages were scraped."""
    expect(values(results, "title"), [f"Page {number}" for number in range(len(results))], "the titles")


def expect_in_use(gate, width):
    """Hold that the gate never waited in vain."""
    fewest = width if gate.fewest is None else gate.fewest
    expect(fewest, width, f"the fewest connections in use while URLs waited, with max_connections={width}")


@pytest.mark.check("connections_in_use")
@pytest.mark.parametrize(("width", "count"), [(1, 4), (3, 12), (10, 60), (25, 75)])
def test_all_connections_are_in_use_while_urls_wait(candidate, site, width, count):
    urls, gate = hold_back(site, count, width)
    scrape(candidate, urls, max_connections=width, timeout=9.0)
    expect_in_use(gate, width)


@pytest.mark.check("connections_in_use")
def test_all_connections_are_in_use_on_many_hosts(candidate, site):
    urls, gate = hold_back(site, 48, 8, hosts=12)
    scrape(candidate, urls, max_connections=8, timeout=9.0)
    expect_in_use(gate, 8)


@pytest.mark.check("connections_in_use")
def test_a_slow_page_keeps_no_other_connection_idle(candidate, site):
    slow = [site.put("/slow/0", page("Slow", delay_s=0.4)), site.put("/slow/1", page("Slow", delay_s=0.4))]
    urls, gate = hold_back(site, 30, 3)
    scrape(candidate, [*slow, *urls], max_connections=5, timeout=9.0)
    expect_in_use(gate, 3)
