"""Deleting links."""

import pytest
from shortener import clicks_of, create, expect_gone, expect_redirect, new_alias, statistics

from grader.examiner import expect


@pytest.mark.check("deleting")
@pytest.mark.parametrize("clicks", [0, 2])
@pytest.mark.parametrize("fields", [{}, {"expires_in": 3600}], ids=["for_ever", "for_an_hour"])
def test_a_deleted_link_is_404_everywhere(http, fields, clicks):
    link, other = create(http, **fields), create(http)
    for _ in range(clicks):
        http.get(f"/{link['code']}")
    expect(http.delete(f"/links/{link['code']}").status, 204, "the status of a DELETE of a known link")
    for _ in range(2):
        expect_gone(http, link["code"], "a deleted link")
        expect(http.delete(f"/links/{link['code']}").status, 404, "the status of a DELETE of a deleted link")
    expect_redirect(http.get(f"/{other['code']}"), other["url"], "a code that was not deleted")


@pytest.mark.check("deleting")
@pytest.mark.parametrize("code", ["unknown", "q" * 32, "no.such"])
def test_what_was_never_there_cannot_be_deleted(http, code):
    expect(http.delete(f"/links/{code}").status, 404, "the status of a DELETE of an unknown link")


@pytest.mark.check("deleting")
def test_an_alias_may_be_taken_again_and_starts_anew(http):
    alias = new_alias()
    for _ in range(3):
        link = create(http, alias=alias)
        found = statistics(http, alias)
        expect(found["clicks"], 0, "the clicks of an alias that was taken again")
        expect(found["last_clicked_at"], None, "last_clicked_at of an alias that was taken again")
        expect(found["url"], link["url"], "the url of an alias that was taken again")
        for _ in range(2):
            expect_redirect(http.get(f"/{alias}"), link["url"], "an alias that was taken again")
        clicks_of(http, alias, 2, "the clicks of an alias since it was taken again")
        expect(http.delete(f"/links/{alias}").status, 204, "the status of a DELETE of a known link")
    expect_gone(http, alias, "an alias whose link was deleted")
