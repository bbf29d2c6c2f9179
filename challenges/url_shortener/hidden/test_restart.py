"""Restarts by SIGTERM, right after the last answer."""

import pytest
from shortener import clicks_of, create, expect_gone, expect_redirect, new_alias, post

from grader.examiner import expect

CLICKS = 20


@pytest.mark.check("restart")
def test_what_was_answered_survives_restarts(http):
    named, kept, used, deleted, again = (create(http, alias=new_alias()) for _ in range(5))
    made_up, lasting = create(http), create(http, expires_in=3600)
    http.get(f"/{kept['code']}")
    http.delete(f"/links/{deleted['code']}")
    http.delete(f"/links/{again['code']}")
    again = create(http, alias=again["code"])
    clicks = 0
    for _ in range(2):
        last = create(http, alias=new_alias())
        for _ in range(CLICKS):
            expect_redirect(http.get(f"/{used['code']}"), used["url"], "a code, before the restart")
        clicks += CLICKS
        http.restart()
        clicks_of(http, used["code"], clicks, "the clicks of a link that was used right before the restart")
        expect_redirect(
            http.get(f"/{last['code']}"), last["url"], "a code that was created right before the restart"
        )

    for link in (named, kept, made_up, lasting, again):
        expect_redirect(http.get(f"/{link['code']}"), link["url"], "a code, after the restart")
    clicks_of(http, kept["code"], 2, "the clicks before and after the restart")
    expect_gone(http, deleted["code"], "a link that was deleted before the restart")
    expect(
        post(http, alias=named["code"]).status,
        409,
        "the status of a post for an alias in use, after the restart",
    )
    create(http, alias=deleted["code"])
