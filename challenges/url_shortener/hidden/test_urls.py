"""URLs: kept as they are posted, refused where they are not absolute http or https with a host, or too long."""

import pytest
from hypothesis import given, settings
from shortener import create, expect_redirect, new_key, post, statistics
from url_strategies import LONG_STARTS, LONGEST, URLS, filled

from grader.examiner import expect


def expect_kept(http, url):
    """Hold that a URL is taken and comes back as it was posted, wherever it is told."""
    link = create(http, url=url)
    expect(link["url"], url, "the url in the answer to POST /links, as posted")
    expect_redirect(http.get(f"/{link['code']}"), url, "a code whose URL comes back as posted")
    expect(statistics(http, link["code"])["url"], url, "the url in the statistics, as posted")


@pytest.mark.check("url_kept")
@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "https://example.com:443",
        "http://example.com:80/",
        "HTTP://EXAMPLE.COM/Path",
        "https://example.com/a/../b/./c//d",
        "https://example.com/%7euser/%e2%82%ac?q=%2f#%41",
        "https://user:pa%20ss@example.com/",
        "http://[2001:DB8:0:0:0:0:0:1]:8080/",
        "https://xn--e1afmkfd.xn--p1ai/",
        "https://example.com/?",
        "https://example.com/#",
        "https://example.com/?a=1&b=2&a=3#top?x=/y",
        "https://example.com/~user/(a);b=c,d:e@f!g$h'i*j+k",
    ],
)
def test_a_url_comes_back_as_posted(http, url):
    expect_kept(http, url)


@pytest.mark.check("url_kept")
@settings(max_examples=50)
@given(url=URLS)
def test_any_url_comes_back_as_posted(http, url):
    expect_kept(http, url)


@pytest.mark.check("url_kept")
@pytest.mark.parametrize("odd", ["{a}", "|", "^", "`", '"', "<b>"])
@pytest.mark.parametrize("place", ["path/", "?query="])
def test_a_url_that_no_rule_allows_is_refused_or_comes_back_as_posted(http, place, odd):
    url = f"https://example.com/{place}{odd}"
    answer = post(http, url=url)
    if answer.status != 422:
        expect(answer.status, 201, f"the status of a post of {url} (422 is as good)")
        expect_redirect(http.get(f"/{answer.json()['code']}"), url, "a code whose URL comes back as posted")


@pytest.mark.check("url_rules")
@pytest.mark.parametrize("start", LONG_STARTS)
def test_a_url_of_2048_characters_fits(http, start):
    expect_kept(http, filled(start, LONGEST))


@pytest.mark.check("url_rules")
@pytest.mark.parametrize("length", [LONGEST + 1, LONGEST + 2, 4_000, 20_000])
@pytest.mark.parametrize("start", LONG_STARTS)
def test_a_longer_url_is_refused(http, start, length):
    answer = post(http, url=filled(start, length))
    expect(answer.status, 422, f"the status of a post of a URL of {length} characters")


@pytest.mark.check("url_rules")
@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            "/",
            "/path",
            "path",
            "example.com",
            "example.com/path",
            "www.example.com:80/",
            "//example.com/path",
        ),
        *("http", "http:", "http:/", "http://", "https://", "http:///", "http://?query", "https://#fragment"),
        *(
            "http://:80",
            "https://:443/path",
            "http://user@/",
            "http://user:word@/path",
            "http://@/",
            "http://[::1/",
        ),
        *(
            "ftp://example.com/",
            "ws://example.com/",
            "htp://example.com/",
            "httpss://example.com/",
            "://example.com/",
        ),
        *("mailto:someone@example.com", "javascript:alert(1)", "data:text/plain,hello", "file:///etc/hosts"),
        *("https//example.com/", "urn:isbn:0451450523"),
    ],
)
def test_what_is_not_absolute_http_with_a_host_is_refused(http, url):
    expect(post(http, url=url).status, 422, f"the status of a post of {url!r}")


@pytest.mark.check("url_rules")
@pytest.mark.parametrize("value", [None, 5, True, 1.5, [], ["https://example.com/"], {}], ids=repr)
def test_what_is_no_text_is_refused(http, value):
    expect(post(http, url=value).status, 422, f"the status of a post with url = {value!r}")


@pytest.mark.check("url_rules")
def test_a_url_must_be_there(http):
    for body in ({}, {"alias": "no-url-here"}, {"URL": "https://example.com/"}):
        answer = http.post("/links", json=body, headers={"X-API-Key": new_key()})
        expect(answer.status, 422, f"the status of a post of {body!r}, without a url")
