"""What the tests of this suite are given."""

import pytest
from feeds import Feed


@pytest.fixture
def feed(candidate, database):
    """Give the submission with a database that is there and empty."""
    return Feed(candidate, database)
