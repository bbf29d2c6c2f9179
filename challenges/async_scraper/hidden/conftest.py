"""The website of every hidden test."""

import pytest
from doors import Doors
from waits import Waits
from website import Website


@pytest.fixture(scope="session")
def running_website():
    """Serve for the whole session."""
    opened = Website()
    yield opened
    opened.close()


@pytest.fixture
def site(running_website):
    """Give the website, without anything that was there before."""
    running_website.clear()
    return running_website


@pytest.fixture(scope="session")
def doors():
    """Give the ports at which nobody answers."""
    opened = Doors()
    yield opened
    opened.close()


@pytest.fixture
def waits(candidate, running_website, doors, all_waits):
    """Give what became of the scrapes that take long, made once for all tests."""
    if candidate not in all_waits:
        running_website.clear()
        all_waits[candidate] = Waits(candidate, running_website, doors)
    made = all_waits[candidate]
    made.require_calls()
    return made


@pytest.fixture(scope="session")
def all_waits():
    """Keep them by the side that was examined."""
    return {}
