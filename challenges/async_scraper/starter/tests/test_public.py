"""The main cases of the statement; the hidden tests check all of it."""

import asyncio
import socket
import time

import pytest

from solution import scrape


def run(urls, **options):
    return asyncio.run(scrape(urls, **options))


def values(results, name):
    return [result[name] for result in results]


def test_a_page_gives_a_result(site):
    url = site.put("/", "Home &amp; garden")
    wanted = {"url": url, "status": 200, "title": "Home & garden", "error": None, "attempts": 1}
    assert run([url]) == [wanted]


def test_results_come_in_the_order_given(site):
    urls = [site.put(f"/{n}", f"Page {n}", delay=0.1 - n / 50) for n in range(5)]
    assert values(run(urls), "title") == [f"Page {n}" for n in range(5)]


def test_equal_urls_are_fetched_once(site):
    url = site.put("/page")
    assert values(run([url, url, url]), "title") == ["Page"] * 3
    assert site.requests["/page"] == 1


def test_white_space_is_collapsed_and_markup_may_be_odd(site):
    url = site.put("/page", body=b'<TITLE\n lang="en">\n  Two\t\n words </Title>')
    assert values(run([url]), "title") == ["Two words"]


def test_the_charset_is_that_of_the_content_type(site):
    body = "<title>Привет</title>".encode("windows-1251")
    url = site.put("/page", body=body, content_type="text/html; charset=windows-1251")
    assert values(run([url]), "title") == ["Привет"]


def test_only_html_has_a_title(site):
    url = site.put("/page", content_type="text/plain")
    assert values(run([url]), "title") == [None]


def test_an_error_page_is_reported_with_its_title(site):
    [result] = run([site.put("/gone", "Gone", status=410)])
    assert (result["status"], result["title"], result["error"], result["attempts"]) == (410, "Gone", "http", 1)


def test_five_redirects_are_followed_and_a_sixth_is_not(site):
    site.put("/0", "End")
    for n in range(1, 7):
        site.put(f"/{n}", status=302, Location=f"/{n - 1}")
    results = run([f"{site.base_url}/5", f"{site.base_url}/6"])
    assert results[0]["title"] == "End"
    assert results[1]["error"] == "too_many_redirects"


def test_what_is_no_web_address_is_not_tried(site):
    results = run(["page", "ftp://127.0.0.1/", site.put("/page")])
    assert values(results, "error") == ["invalid_url", "invalid_url", None]
    assert values(results, "attempts") == [0, 0, 1]


def test_a_busy_page_is_tried_again(site):
    urls = [site.put("/twice", fails=2), site.put("/always", fails=99)]
    results = run(urls)
    assert values(results, "attempts") == [3, 3]
    assert values(results, "status") == [200, 503]


def test_a_port_that_refuses_is_a_connection_error(site):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        [result] = run([f"http://127.0.0.1:{closed.getsockname()[1]}/"], retries=0)
    assert (result["status"], result["error"], result["attempts"]) == (None, "connection", 1)


def test_an_attempt_is_bounded(site):
    urls = [site.put("/slow", delay=30), site.put("/page")]
    results = run(urls, timeout=0.3, retries=0)
    assert values(results, "error") == ["timeout", None]


def test_a_large_body_is_not_taken(site):
    url = site.put("/large", body=b"x" * 1001)
    [result] = run([url], max_body_bytes=1000)
    assert (result["status"], result["error"]) == (200, "too_large")


def test_pages_are_fetched_at_once_but_no_more_than_allowed(site):
    urls = [site.put(f"/{n}", delay=0.1) for n in range(20)]
    started = time.monotonic()
    run(urls, max_connections=5)
    assert time.monotonic() - started < 1.7  # 0.4 s are needed, and 2 s one by one
    assert 2 <= site.most_busy <= 5


@pytest.mark.parametrize("wrong", [{"max_connections": 0}, {"timeout": 0}, {"retries": -1}])
def test_wrong_arguments_are_refused(site, wrong):
    with pytest.raises(ValueError):
        run([], **wrong)
