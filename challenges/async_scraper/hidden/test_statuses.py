"""Statuses, redirects and URLs that are none."""

import pytest
from answers import answer, page, redirect
from scraping import expected, failed, scrape, values

from grader.examiner import expect

FINE = (200, 201, 202, 203)
FINAL_ERRORS = (400, 401, 403, 404, 405, 408, 409, 410, 418, 421, 425, 429, 451, 501, 505)


@pytest.mark.check("statuses")
def test_a_status_under_400_is_no_error(candidate, site):
    urls = [site.put(f"/{status}", page(f"Status {status}", status=status)) for status in FINE]
    wanted = [expected(url, status, f"Status {status}") for url, status in zip(urls, FINE, strict=True)]
    expect(scrape(candidate, urls), wanted, "the results of pages without an error")


@pytest.mark.check("statuses")
def test_an_answer_without_a_body_is_no_error(candidate, site):
    urls = [site.put("/empty", answer(200)), site.put("/none", answer(204, content_type=None))]
    wanted = [expected(urls[0], 200, None), expected(urls[1], 204, None)]
    expect(scrape(candidate, urls), wanted, "the results of answers without a body")


@pytest.mark.check("statuses")
def test_a_status_from_400_on_is_an_error_with_the_page_s_title(candidate, site):
    urls = [site.put(f"/{status}", page(f"Status {status}", status=status)) for status in FINAL_ERRORS]
    wanted = [
        expected(url, status, f"Status {status}", error="http")
        for url, status in zip(urls, FINAL_ERRORS, strict=True)
    ]
    expect(scrape(candidate, urls), wanted, "the results of pages with an error that is final at once")


def put_chain(site, name, length, *, status=302, hosts=1):
    """Put a chain of redirects to a page; return the URL of its beginning."""
    url = site.put(f"/{name}/0", page(f"End of {name}"), host=0)
    for number in range(1, length + 1):
        url = site.put(f"/{name}/{number}", redirect(url, status), host=number % hosts)
    return url


@pytest.mark.check("redirects")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(candidate, site, status):
    url = put_chain(site, "page", 1, status=status)
    expect(
        scrape(candidate, [url]),
        [expected(url, title="End of page")],
        f"the result of a redirect with {status}",
    )
    expect(site.paths(), ["/page/1", "/page/0"], "the requests that were made")


@pytest.mark.check("redirects")
@pytest.mark.parametrize("target", ["/there/page", "page", "../there/page", "?x=1"])
def test_a_relative_redirect_is_followed(candidate, site, target):
    paths = {"?x=1": "/there/start?x=1"}
    site.put(paths.get(target, "/there/page"), page("Arrived"))
    url = site.put("/there/start", redirect(target))
    expect(
        scrape(candidate, [url]), [expected(url, title="Arrived")], f"the result of a redirect to {target!r}"
    )


@pytest.mark.check("redirects")
def test_five_redirects_are_followed_and_a_sixth_is_not(candidate, site):
    urls = [put_chain(site, f"chain{length}", length) for length in (4, 5, 6, 9)]
    results = scrape(candidate, urls)
    wanted = [expected(urls[0], title="End of chain4"), expected(urls[1], title="End of chain5")]
    expect(results[:2], wanted, "the results of chains of four and of exactly five redirects")
    expect(
        values(results[2:], "error"), ["too_many_redirects"] * 2, "the errors of six and of nine redirects"
    )
    expect(
        values(results[2:], "attempts"), [1, 1], "the attempts: redirects are none, and the error is final"
    )
    expect("/chain6/0" in site.paths(), False, "the sixth redirect is followed")


@pytest.mark.check("redirects")
def test_a_chain_over_several_hosts_is_followed(candidate, site):
    url = put_chain(site, "hosts", 5, hosts=4)
    results = scrape(candidate, [url], max_connections=1)
    expect(results, [expected(url, title="End of hosts")], "the result of a chain over four hosts")


@pytest.mark.check("redirects")
def test_a_loop_is_too_many_redirects(candidate, site):
    itself = site.put("/itself", redirect("/itself"))
    there = site.put("/there", redirect("/back"))
    site.put("/back", redirect("/there"))
    results = scrape(candidate, [itself, there])
    expect(
        values(results, "error"),
        ["too_many_redirects"] * 2,
        "the errors of pages that redirect to themselves",
    )
    expect(values(results, "attempts"), [1, 1], "the attempts: redirects are none, and the error is final")


@pytest.mark.check("redirects")
def test_the_status_and_title_are_those_of_the_end(candidate, site):
    site.put("/gone", page("It is gone", status=410))
    url = site.put("/moved", redirect("/gone", 301))
    wanted = expected(url, 410, "It is gone", error="http")
    expect(scrape(candidate, [url]), [wanted], "the result of a redirect to a page that is gone")


@pytest.mark.check("redirects")
def test_a_redirect_to_no_web_page_is_an_error(candidate, site):
    url = site.put("/away", redirect("ftp://127.0.0.1/file"))
    [result] = scrape(candidate, [url], retries=0)
    is_right = result["error"] in {"invalid_url", "connection"}
    expect(
        is_right,
        True,
        f"the error of a redirect to ftp: invalid_url or connection (it is {result['error']!r})",
    )


INVALID = ("", "/path", "127.0.0.1/page", "//127.0.0.1/page", "ftp://127.0.0.1/page", "mailto:a@example.com")
INVALID += ("http://", "http:///page", "https://", "file:///etc/hostname", "javascript:alert(1)", "page")


@pytest.mark.check("invalid_urls")
def test_what_is_no_absolute_web_address_is_not_tried(candidate, site):
    url = site.put("/page", page("Page"))
    urls = [*INVALID, url]
    wanted = [failed(invalid, "invalid_url", attempts=0) for invalid in INVALID]
    expect(
        scrape(candidate, urls),
        [*wanted, expected(url)],
        "the results of URLs that are not absolute http or https",
    )
    expect(site.paths(), ["/page"], "the requests that were made")


@pytest.mark.check("invalid_urls")
def test_a_scheme_may_be_written_in_capitals(candidate, site):
    url = site.put("/page", page("Page")).replace("http:", "HTTP:")
    expect(scrape(candidate, [url]), [expected(url)], "the result of an address that begins with HTTP:")
