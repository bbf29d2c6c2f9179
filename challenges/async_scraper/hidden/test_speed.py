"""Speed: how long a hundred pages take over ten connections, and what a scrape costs the processor."""

import pytest
from answers import page
from records import now
from scraping import scrape, values

from grader.examiner import expect

CONNECTIONS = 10
SLOW_PAGES = 9  # one among each ten pages but the last, so that none is begun when all else is done
SLOW_S = 0.4
QUICK_S = (10.0 - SLOW_PAGES * SLOW_S) / 91  # so that a hundred pages take 100 ms each on the average
IDEAL_S = 1.0


@pytest.mark.check("makespan")
def test_a_hundred_pages_take_little_longer_than_they_must(candidate, site, figure):
    delays = ([SLOW_S] + [QUICK_S] * 9) * SLOW_PAGES + [QUICK_S] * 10
    titles = [f"Page {number}" for number in range(len(delays))]

    def sample():
        site.clear()
        urls = [site.put(f"/{n}", page(titles[n], delay_s=delay_s)) for n, delay_s in enumerate(delays)]
        started = now()
        results = scrape(candidate, urls, max_connections=CONNECTIONS)
        seconds = now() - started
        expect(values(results, "title"), titles, "the titles")
        return seconds / IDEAL_S

    figure.least("makespan", sample)


@pytest.mark.check("scrape_cost")
def test_a_scrape_costs_no_more_than_with_a_plain_client(load):
    load.compare("scrape_cost", "Scrapes")
