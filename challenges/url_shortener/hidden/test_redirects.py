"""Redirects and what they count."""

import time

import pytest
from shortener import (
    STATISTICS,
    click_at_once,
    clicks_of,
    create,
    expect_near,
    expect_redirect,
    fields_of,
    is_redirect,
    moment,
    new_alias,
    now,
    post,
    statistics,
)

from grader.examiner import expect

AT_ONCE = 200


@pytest.mark.check("redirecting")
def test_a_code_leads_to_its_url(http):
    for fields in ({}, {"alias": new_alias()}, {"expires_in": 3600}):
        link = create(http, **fields)
        for _ in range(2):
            answer = http.get(f"/{link['code']}")
            expect_redirect(answer, link["url"])
            if answer.status != 302:
                expect(answer.status, 307, "the status of a redirect (302 is as good)")


@pytest.mark.check("redirecting")
def test_each_code_leads_to_its_own_url(http):
    links = [create(http) for _ in range(20)]
    for link in reversed(links):
        expect_redirect(http.get(f"/{link['code']}"), link["url"], "one of many codes")


@pytest.mark.check("redirecting")
@pytest.mark.parametrize("code", ["unknown", "a", "q" * 32, "q" * 200, "A_-9", "no.such", "7"])
def test_an_unknown_code_is_404(http, code):
    expect(http.get(f"/{code}").status, 404, f"the status of GET /{code:.40}, which is unknown")


@pytest.mark.check("redirecting")
def test_a_code_that_differs_a_little_is_unknown(http):
    alias = new_alias("CaseMatters")
    create(http, alias=alias)
    for other in (alias.lower(), alias.upper(), alias[:-1], alias + "0", alias.replace("-", "_")):
        expect(http.get(f"/{other}").status, 404, f"the status of GET /{other}, where only {alias} is known")


@pytest.mark.check("redirecting")
def test_codes_that_differ_in_case_are_two_links(http):
    alias = new_alias("TwoLinks")
    links = [create(http, alias=name) for name in (alias, alias.lower())]
    for link in links:
        expect_redirect(http.get(f"/{link['code']}"), link["url"], "a code that differs from another in case")


@pytest.mark.check("no_caching")
@pytest.mark.parametrize("fields", [{}, {"expires_in": 3600}], ids=["for_ever", "for_an_hour"])
def test_a_redirect_forbids_caching(http, fields):
    code = create(http, **fields)["code"]
    for _ in range(2):
        control = http.get(f"/{code}").headers.get("Cache-Control") or ""
        forbids = "no-store" in control.lower() or "no-cache" in control.lower()
        expect(forbids, True, f"Cache-Control of a redirect has no-store or no-cache (it is {control!r:.60})")


@pytest.mark.check("statistics")
def test_a_new_link_has_no_clicks(http):
    link = create(http)
    for _ in range(3):
        found = statistics(http, link["code"])
        expect(found["clicks"], 0, "the clicks of a link that was never used, however often one looks")
        expect(found["last_clicked_at"], None, "last_clicked_at before the first click")
    expect(found["code"], link["code"], "the code in the statistics")
    expect(found["url"], link["url"], "the url in the statistics")
    expect(found["expires_at"], None, "expires_at in the statistics, without expires_in")
    created = moment(link["created_at"], "created_at")
    expect_near(
        moment(found["created_at"], "created_at in the statistics"), created, "created_at in the statistics"
    )


@pytest.mark.check("statistics")
def test_clicks_are_counted_and_the_last_one_is_told(http):
    link = create(http, expires_in=600)
    for count in (1, 2, 5):
        for _ in range(count):
            http.get(f"/{link['code']}")
        last = now()
        total = {1: 1, 2: 3, 5: 8}[count]
        found = clicks_of(http, link["code"], total, f"the clicks of a link that was used {total} times")
        told = moment(found["last_clicked_at"], "last_clicked_at")
        expect_near(told, last, "last_clicked_at, the time of the last click,", within_s=4)
    wanted = moment(link["expires_at"], "expires_at")
    expect_near(
        moment(found["expires_at"], "expires_at in the statistics"), wanted, "expires_at in the statistics"
    )


@pytest.mark.check("statistics")
def test_a_later_click_moves_the_last_click(http):
    code = create(http)["code"]
    http.get(f"/{code}")
    first = moment(clicks_of(http, code, 1, "the clicks after one")["last_clicked_at"], "last_clicked_at")
    time.sleep(1.1)
    http.get(f"/{code}")
    second = moment(clicks_of(http, code, 2, "the clicks after two")["last_clicked_at"], "last_clicked_at")
    expect(second > first, True, "last_clicked_at after a second click, a second later, is later")


@pytest.mark.check("statistics")
def test_only_the_link_s_own_redirects_count(http):
    link, other = create(http, alias=new_alias()), create(http)
    for _ in range(3):
        http.get(f"/{other['code']}")
        http.get(f"/{link['code']}x")
        http.get(f"/links/{link['code']}/stats")
    post(http, alias=link["code"])
    clicks_of(http, other["code"], 3, "the clicks of the link that was used")
    expect(statistics(http, link["code"])["clicks"], 0, "the clicks of a link that was only looked at")


@pytest.mark.check("statistics")
@pytest.mark.parametrize("code", ["unknown", "q" * 32, "no.such"])
def test_statistics_of_an_unknown_code_are_404(http, code):
    expect(http.get(f"/links/{code}/stats").status, 404, "the status of an unknown link's statistics")


@pytest.mark.check("clicks_at_once")
def test_200_clicks_at_once_count_200(http):
    link = create(http)
    wrong = {status for status in click_at_once(http, link["code"], AT_ONCE) if not is_redirect(status)}
    expect(sorted(wrong), [], f"each of {AT_ONCE} clicks at once is redirected")
    clicks_of(http, link["code"], AT_ONCE, f"the clicks after {AT_ONCE} at once")
    answer = http.get(f"/links/{link['code']}/stats")
    found = fields_of(answer, STATISTICS, "the statistics")
    expect(found["clicks"], AT_ONCE, f"the clicks after {AT_ONCE} at once, when read again")
