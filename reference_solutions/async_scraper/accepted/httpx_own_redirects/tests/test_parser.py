"""The parser, pauses and encodings."""

import asyncio

import pytest

from solution import STEP, TitleParser, _encoding, _find_title, _is_fetchable, _pause, scrape


def test_the_first_title_counts():
    parser = TitleParser()
    parser.feed("<TITLE x=1> One\n&amp; two </TITLE><title>Other</title>")
    assert parser.title == "One & two"


def test_a_title_may_lie_across_two_steps():
    text = "x" * (STEP - 9) + "<title>Across</title>"
    assert asyncio.run(_find_title(text)) == "Across"


def test_a_page_without_a_title_has_none():
    assert asyncio.run(_find_title("<p>text</p>" * 10_000)) is None


@pytest.mark.parametrize(("asked", "wanted"), [("2", 2), ("60", 5), ("", 0.25), ("soon", 0.25)])
def test_pauses(asked, wanted):
    assert _pause(asked) == wanted


@pytest.mark.parametrize(("charset", "wanted"), [(None, "utf-8"), ("latin-1", "iso8859-1"), ("nonsense", "utf-8")])
def test_encodings(charset, wanted):
    assert _encoding(charset) == wanted


@pytest.mark.parametrize("url", ["a", "ftp://a/", "http://"])
def test_what_cannot_be_fetched(url):
    assert not _is_fetchable(url)
    assert asyncio.run(scrape([url]))[0]["error"] == "invalid_url"
