"""Aliases: their rule, those in use, and races for one."""

import pytest
from shortener import (
    clicks_of,
    create,
    expect_gone,
    expect_redirect,
    new_alias,
    new_key,
    new_url,
    post,
    statistics,
    wait_until_expired,
)

from grader.examiner import expect

ALIASES = 6
RIVALS = 8


@pytest.mark.check("alias_rules")
@pytest.mark.parametrize(
    "alias", ["abc", "x" * 32, "A-Z", "_-_", "---", "___", "007", "CamelCase", "stats", "new", "y" * 13]
)
def test_an_alias_within_the_rule_becomes_the_code(http, alias):
    link = create(http, alias=alias)
    expect(link["code"], alias, "the code of a link with an alias")
    expect_redirect(http.get(f"/{alias}"), link["url"], "an alias")
    expect(statistics(http, alias)["code"], alias, "the code in the statistics")


@pytest.mark.check("alias_rules")
@pytest.mark.parametrize(
    "alias",
    [
        *("", "a", "ab", "x" * 33, "x" * 1000),
        *(
            "a b",
            " abc",
            "abc ",
            "abc\n",
            "\nabc",
            "abc\t",
            "a/b",
            "a.b",
            "a+b",
            "a%20b",
            "a?b",
            "a#b",
            "a~b",
            "a:b",
        ),
        *("жжж", "àbc", "abcé", "١٢٣", "abc\u2028", "\uff41\uff42\uff43"),
        *(5, 123, True, 1.5, [], ["abc"], {}),
    ],
    ids=lambda alias: ascii(alias)[:24],
)
def test_an_alias_outside_the_rule_is_refused(http, alias):
    expect(post(http, alias=alias).status, 422, f"the status of a post with alias = {alias!a:.40}")


@pytest.mark.check("alias_rules")
@pytest.mark.parametrize("alias", ["links", "health", "docs", "redoc"])
def test_a_reserved_word_is_refused(http, alias):
    expect(post(http, alias=alias).status, 422, f"the status of a post with alias = {alias!r}")
    expect(http.get("/health").status, 200, "the status of GET /health")


@pytest.mark.check("alias_in_use")
def test_an_alias_in_use_is_a_conflict_and_stays_as_it_is(http):
    link = create(http, alias=new_alias())
    http.get(f"/{link['code']}")
    for fields in ({}, {"url": link["url"]}, {"expires_in": 60}):
        answer = post(http, alias=link["code"], **fields)
        expect(answer.status, 409, "the status of a post for an alias in use")
    found = clicks_of(http, link["code"], 1, "the clicks of a link whose alias others asked for")
    expect(found["url"], link["url"], "the url of a link whose alias others asked for")
    expect(found["expires_at"], None, "expires_at of a link whose alias others asked for")
    expect_redirect(http.get(f"/{link['code']}"), link["url"], "an alias that others asked for")


@pytest.mark.check("alias_in_use")
def test_a_code_that_was_made_up_is_in_use_as_an_alias(http):
    link = create(http)
    expect(
        post(http, alias=link["code"]).status, 409, "the status of a post whose alias is another link's code"
    )
    expect_redirect(http.get(f"/{link['code']}"), link["url"], "a code that was asked for as an alias")


@pytest.mark.check("alias_in_use")
def test_an_expired_link_uses_its_alias_until_it_is_deleted(http):
    alias = new_alias()
    first = create(http, alias=alias, expires_in=1)
    wait_until_expired(http)
    expect(post(http, alias=alias).status, 409, "the status of a post for the alias of an expired link")
    expect(
        statistics(http, alias)["url"],
        first["url"],
        "the url of the expired link, after a post for its alias",
    )
    expect(http.delete(f"/links/{alias}").status, 204, "the status of a DELETE of an expired link")
    again = create(http, alias=alias)
    expect_redirect(http.get(f"/{alias}"), again["url"], "an alias that was taken again")


@pytest.mark.check("alias_race")
@pytest.mark.parametrize("attempt", range(2))
def test_of_posts_that_race_for_an_alias_one_wins(http, attempt):
    aliases = [new_alias(f"race{attempt}") for _ in range(ALIASES)]
    wanted = [(alias, new_url()) for _ in range(RIVALS) for alias in aliases]
    wanted.sort()
    answers = http.at_once(
        [
            ("POST", "/links", {"json": {"url": url, "alias": alias}, "headers": {"X-API-Key": new_key()}})
            for alias, url in wanted
        ]
    )
    results = [(alias, url, answer.status) for (alias, url), answer in zip(wanted, answers, strict=True)]
    for alias in aliases:
        statuses = sorted(status for name, _, status in results if name == alias)
        expect(
            statuses, [201, *[409] * (RIVALS - 1)], f"the statuses of {RIVALS} posts at once for one alias"
        )
        [winner] = [url for name, url, status in results if name == alias and status == 201]
        expect_redirect(http.get(f"/{alias}"), winner, "an alias that many asked for at once")


@pytest.mark.check("alias_race")
def test_of_deletes_at_once_one_finds_the_link(http):
    link = create(http)
    answers = http.at_once([("DELETE", f"/links/{link['code']}")] * RIVALS)
    statuses = {answer.status for answer in answers}
    expect(
        statuses <= {204, 404} and 204 in statuses,
        True,
        f"deletes at once are 204 or 404 (they are {statuses})",
    )
    expect_gone(http, link["code"], "a link that many deleted at once")
