"""The limit of posts: its arithmetic, posts at once, and what refused posts leave untouched.

A fixed window may end while a test posts, so that a client is rightly given more: then the test begins again, with a
client that has not posted yet.
"""

import re
import time

import pytest
from shortener import clicks_of, create, expect_redirect, new_alias, new_key, new_url, post, statistics

from grader.examiner import expect

LIMIT = 60
SMALL_LIMIT = 7
MORE = 15


def taken(answers):
    """Return how many posts were taken; the others must be refused."""
    others = {answer.status for answer in answers} - {201, 429}
    expect(sorted(others), [], "posts are taken (201) or refused (429)")
    return sum(answer.status == 201 for answer in answers)


def expect_limited(burst, limit, what, *, begin=lambda _attempt: None):
    """Hold that of the posts that `burst()` makes after `begin(attempt)` as many as the limit are taken."""
    for attempt in range(2):
        begin(attempt)
        started = time.monotonic()
        count = taken(burst())
        refilled = int((time.monotonic() - started) * limit / 60)
        if limit <= count <= limit + refilled:
            return
    expect(count, limit, f"the number of posts taken of {what}")


def burst_of(http, key, count):
    """Post one after another over one connection; refused posts must tell when to try again."""
    answers = [post(http, key=key) for _ in range(count)]
    for answer in answers:
        if answer.status == 429:
            wait = answer.headers.get("Retry-After") or ""
            in_range = re.fullmatch(r"\d{1,2}", wait) is not None and 1 <= int(wait) <= 60
            expect(in_range, True, f"Retry-After is whole seconds from 1 to 60 (it is {wait!r:.40})")
    return answers


def burst_at_once(http, key, count):
    """Post at once, over a connection each."""
    headers = {} if key is None else {"X-API-Key": key}
    return http.at_once([("POST", "/links", {"json": {"url": new_url()}, "headers": headers})] * count)


@pytest.mark.check("rate_limit")
@pytest.mark.parametrize("more", [1, MORE])
def test_a_client_may_post_sixty_links_a_minute(http, more):
    expect_limited(
        lambda: burst_of(http, new_key(), LIMIT + more), LIMIT, f"{LIMIT + more} posts of one client"
    )


@pytest.mark.check("rate_limit")
def test_each_key_is_a_client(http):
    for key in [new_key() for _ in range(5)]:
        expect(taken(burst_of(http, key, 20)), 20, "the number of posts taken of 20 of each of five clients")


@pytest.mark.check("limit_at_once")
def test_posts_at_once_are_taken_up_to_the_limit(http):
    count = LIMIT + 40
    expect_limited(lambda: burst_at_once(http, new_key(), count), LIMIT, f"{count} posts of one key at once")


@pytest.mark.check("limit_at_once")
def test_every_connection_of_an_address_is_the_same_client(http):
    def begin(attempt):
        if attempt:
            http.fresh()

    what = f"{LIMIT + 40} posts at once over as many connections, without a key"
    expect_limited(lambda: burst_at_once(http, None, LIMIT + 40), LIMIT, what, begin=begin)


@pytest.mark.check("refused_posts")
def test_refused_posts_store_nothing_and_touch_nobody_else(http):
    first = create(http, key=(key := new_key()))
    refused = {}
    for number in range(2 * LIMIT + MORE):
        alias = new_alias(f"refused{number}")
        if post(http, key=key, alias=alias).status == 429:
            refused[alias] = number
        if len(refused) == MORE:
            break
    expect(len(refused), MORE, f"the number of refused posts after {LIMIT} of one client")

    for alias in list(refused)[:5]:
        expect(http.get(f"/{alias}").status, 404, "the status of a redirect by the alias of a refused post")
        expect(http.get(f"/links/{alias}/stats").status, 404, "the status of a refused post's statistics")
        link = create(http, alias=alias)
        expect_redirect(http.get(f"/{alias}"), link["url"], "an alias that was refused to another client")

    as_client = {"X-API-Key": key}
    for _ in range(3):
        answer = http.get(f"/{first['code']}", headers=as_client)
        expect_redirect(answer, first["url"], "a code, for a client over its limit")
    clicks_of(http, first["code"], 3, "the clicks of a client over its limit")
    answer = http.get(f"/links/{first['code']}/stats", headers=as_client)
    expect(answer.status, 200, "the status of statistics, for a client over its limit")
    answer = http.delete(f"/links/{first['code']}", headers=as_client)
    expect(answer.status, 204, "the status of a DELETE, for a client over its limit")
    other = create(http)
    expect(statistics(http, other["code"])["clicks"], 0, "the clicks of another client's new link")


@pytest.mark.check("rate_limit")
def test_the_environment_tells_the_limit_and_an_address_is_a_client(http):
    environment = {"RATE_LIMIT_PER_MINUTE": str(SMALL_LIMIT)}
    what = f"{SMALL_LIMIT + 5} posts without a key, with RATE_LIMIT_PER_MINUTE={SMALL_LIMIT}"
    expect_limited(
        lambda: burst_of(http, None, SMALL_LIMIT + 5),
        SMALL_LIMIT,
        what,
        begin=lambda _: http.fresh(environment=environment),
    )
    what = f"{SMALL_LIMIT + 5} posts with a key, with RATE_LIMIT_PER_MINUTE={SMALL_LIMIT}"
    expect_limited(lambda: burst_of(http, new_key(), SMALL_LIMIT + 5), SMALL_LIMIT, what)
    http.fresh()
