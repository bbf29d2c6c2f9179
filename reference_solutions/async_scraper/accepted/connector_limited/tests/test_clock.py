"""The clock of an attempt, and what needs no website."""

import asyncio

import pytest

from solution import Clock, _find_title, _is_web_address, scrape


def test_a_clock_that_did_not_begin_never_ends():
    async def wait():
        async with Clock(0.001) as clock:
            await asyncio.sleep(0.05)
        return clock.has_begun

    assert asyncio.run(wait()) is False


def test_a_clock_that_began_ends_the_attempt():
    async def wait():
        async with Clock(0.01) as clock:
            clock.begin()
            await asyncio.sleep(10)

    with pytest.raises(TimeoutError):
        asyncio.run(wait())


def test_beginning_again_gives_no_more_time():
    async def wait():
        async with Clock(0.03) as clock:
            for _ in range(100):
                clock.begin()
                await asyncio.sleep(0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(wait())


@pytest.mark.parametrize("charset", [None, "utf-8", "no-such-charset"])
def test_utf8_is_the_default(charset):
    assert _find_title("<title>ж</title>".encode(), charset) == "ж"


@pytest.mark.parametrize("url", ["", "http:///a", "mailto:a@b", "//a/b"])
def test_other_strings_are_no_web_addresses(url):
    assert not _is_web_address(url)


@pytest.mark.parametrize("wrong", [{"max_connections": 0}, {"timeout": -1}, {"retries": -1}])
def test_wrong_options_are_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        asyncio.run(scrape([], **wrong))
