"""The pieces that need no network."""

import asyncio

import httpx
import pytest

from solution import asked_pause, find_title, is_absolute, known_encoding, scrape


@pytest.mark.parametrize(
    ("url", "wanted"),
    [("http://a/", True), ("HTTPS://a", True), ("//a/", False), ("ftp://a/", False), ("http://", False), ("http://[", False)],
)
def test_only_web_addresses_are_absolute(url, wanted):
    assert is_absolute(url) is wanted


@pytest.mark.parametrize(("asked", "wanted"), [("0", 0), ("3", 3), ("99", 5), ("Wed, 21 Oct 2037", -1), ("-1", -1)])
def test_a_pause_is_whole_seconds_and_at_most_five(asked, wanted):
    assert asked_pause(httpx.Response(503, headers={"Retry-After": asked})) == wanted


def test_no_pause_is_asked_for_without_the_header():
    assert asked_pause(httpx.Response(503)) == -1


def test_an_unknown_charset_counts_as_absent():
    assert known_encoding("no-such-charset") == known_encoding(None) == "utf-8"


def test_entities_are_decoded_once_and_white_space_collapsed():
    assert find_title(b"<TITLE a=b>\n &amp;lt; \t b</TITLE >", "utf-8") == "&lt; b"


def test_a_page_may_have_no_title():
    assert find_title(b"<titles>x</titles>", "utf-8") is None


@pytest.mark.parametrize("wrong", [{"max_connections": 0}, {"timeout": 0}, {"retries": -1}])
def test_arguments_are_checked_even_without_work(wrong):
    with pytest.raises(ValueError, match="expected"):
        asyncio.run(scrape([], **wrong))


def test_an_empty_list_gives_an_empty_list():
    assert asyncio.run(scrape([])) == []
