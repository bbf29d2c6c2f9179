"""What can be said without a website."""

import asyncio

import pytest

from solution import Job, Rules, _title, scrape


@pytest.mark.parametrize("rules", [Rules(0, 1, 1, 1), Rules(1, 0, 1, 1), Rules(1, 1, -1, 1)])
def test_rules_out_of_range_are_refused(rules):
    with pytest.raises(ValueError, match="expected"):
        rules.check()


def test_the_smallest_rules_are_taken():
    Rules(1, 0.001, 0, 0).check()


def test_a_failure_forgets_the_status():
    job = Job("http://a/", status=503, title="Busy")
    job.fail("timeout")
    assert job.report() == {"url": "http://a/", "status": None, "title": None, "error": "timeout", "attempts": 0}


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "cp1251"])
def test_a_title_is_found_in_any_charset(charset):
    assert _title("<title>Щ &amp; Ю</title>".encode(charset), charset) == "Щ & Ю"


def test_strings_that_are_no_address_are_reported_for_each():
    results = asyncio.run(scrape(["a", "b", "a"]))
    assert [(result["url"], result["error"]) for result in results] == [(url, "invalid_url") for url in "aba"]


def test_results_of_equal_urls_are_not_one_dictionary():
    first, second = asyncio.run(scrape(["a", "a"]))
    assert first == second
    assert first is not second
