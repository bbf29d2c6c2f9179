"""Arguments: what is out of range is refused before anything is done."""

import pytest
from answers import page
from scraping import expected, scrape

from grader.examiner import expect

WRONG = (
    {"max_connections": 0},
    {"max_connections": -1},
    {"timeout": 0},
    {"timeout": -1.5},
    {"retries": -1},
)


@pytest.mark.check("arguments")
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
@pytest.mark.parametrize("is_empty", [False, True], ids=["urls", "no_urls"])
def test_a_value_out_of_range_is_a_value_error_before_any_request(candidate, site, wrong, is_empty):
    url = site.put("/page", page())
    with candidate.raises("ValueError"):
        candidate.call([] if is_empty else [url], **wrong)
    expect(len(site.contacts), 0, "the number of connections of a call that was refused")


@pytest.mark.check("arguments")
def test_the_smallest_values_are_taken(candidate, site):
    url = site.put("/page", page())
    results = scrape(candidate, [url], max_connections=1, retries=0, timeout=5, max_body_bytes=1000)
    expect(results, [expected(url)], "the result with one connection, no retries and whole seconds")
