"""The rules that can be held without a database."""

import pytest

from limiter import Limiter
from schemas import NewLink


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_client_may_post_up_to_the_limit(clock):
    limiter = Limiter(2, clock)
    assert [limiter.refuse_for("a") for _ in range(3)] == [0, 0, 60]
    assert limiter.refuse_for("b") == 0


def test_a_new_window_opens_a_minute_after_the_first_post(clock):
    limiter = Limiter(1, clock)
    limiter.refuse_for("a")
    clock.now = 59.5
    assert limiter.refuse_for("a") == 1
    clock.now = 60.0
    assert limiter.refuse_for("a") == 0


@pytest.mark.parametrize("url", ["http://:80/", "http://user@/", "/path", "ftp://example.com", "http://[1/"])
def test_a_url_needs_scheme_and_host(url):
    with pytest.raises(ValueError, match="url"):
        NewLink(url=url)


@pytest.mark.parametrize("url", ["HTTP://EXAMPLE.COM", "http://[::1]:8080/?q#f", "https://a:b@xn--e1afmkfd.xn--p1ai"])
def test_a_url_is_kept_as_posted(url):
    assert NewLink(url=url).url == url


@pytest.mark.parametrize("expires_in", ["60", True, 0, 31_536_001])
def test_expires_in_is_an_integer_within_its_bounds(expires_in):
    with pytest.raises(ValueError, match="expires_in"):
        NewLink(url="http://example.com", expires_in=expires_in)
