"""Links that have had their time."""

import time

import pytest
from shortener import (
    clicks_of,
    create,
    expect_gone,
    expect_redirect,
    new_alias,
    statistics,
    wait_until_expired,
)

from grader.examiner import expect

CERTAIN_S = 0.9  # links of two seconds that are this young have not expired, however times are rounded


@pytest.mark.check("expired")
def test_an_expired_link_is_gone_but_is_remembered_until_it_is_deleted(http):
    started = time.monotonic()
    used = create(http, expires_in=2)
    answers = [http.get(f"/{used['code']}") for _ in range(3)]
    if time.monotonic() - started < CERTAIN_S:
        for answer in answers:
            expect_redirect(answer, used["url"], "a code that has not expired yet")
    clicks = sum(answer.status != 410 for answer in answers)
    last = clicks_of(http, used["code"], clicks, "the clicks before the link expired")["last_clicked_at"]
    unused, named = create(http, expires_in=1), create(http, expires_in=1, alias=new_alias())
    lasting, endless = create(http, expires_in=3600), create(http)
    time.sleep(max(0.0, started + 1.2 - time.monotonic()))
    wait_until_expired(http)
    for link in (used, unused, named):
        for _ in range(2):
            expect(http.get(f"/{link['code']}").status, 410, "the status of a redirect by an expired code")
    for link in (lasting, endless):
        expect_redirect(http.get(f"/{link['code']}"), link["url"], "a code that has not expired")

    expect_remembered(http, used, clicks, last)
    expect_remembered(http, named, 0, None)
    for link in (used, named):
        expect(http.delete(f"/links/{link['code']}").status, 204, "the status of a DELETE of an expired link")
        expect_gone(http, link["code"], "an expired link that was deleted")


def expect_remembered(http, link, clicks, last):
    """Hold that an expired link's statistics are there, and that redirects after its end were not counted."""
    found = statistics(http, link["code"])
    expect(found["clicks"], clicks, "the clicks of an expired link, where those after its end do not count")
    expect(found["last_clicked_at"], last, "last_clicked_at of an expired link")
    expect(found["url"], link["url"], "the url in an expired link's statistics")
    expect(type(found["expires_at"]).__name__, "str", "expires_at of an expired link is still told")
