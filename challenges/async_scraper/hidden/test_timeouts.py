"""Timeouts: each attempt is bounded as a whole, and nothing else is."""

import pytest
from scraping import expected, failed, values
from waits import STALL_TIMEOUT_S, STALLS

from grader.examiner import expect

LATE_S = 1.5  # for a busy machine


@pytest.mark.check("timeouts")
def test_an_answer_that_stalls_at_any_point_times_out(waits):
    results = waits.results("stalls")
    names = [*STALLS, "connecting"]
    found = dict(zip(names, values(results, "error"), strict=True))
    expect(
        found,
        dict.fromkeys(names, "timeout"),
        f"the errors by where a page stalls, with timeout={STALL_TIMEOUT_S}",
    )
    expect(
        results, [failed(url, "timeout") for url in waits.urls("stalls")], "the results of pages that stall"
    )


@pytest.mark.check("timeouts")
@pytest.mark.parametrize("name", STALLS)
def test_a_stalled_connection_is_given_up_when_its_time_is_over(waits, name):
    waits.results("stalls")
    contacts = waits.contacts(f"/stalls/{name}")
    expect(len(contacts) > 0, True, "the page was asked for")
    left = [contact for contact in contacts if contact.closed_at is None]
    expect(len(left), 0, "the connections that are still open to a page that stalls")
    held_s = max(contact.closed_at - contact.opened_at for contact in contacts)
    what = f"an attempt ends after timeout={STALL_TIMEOUT_S} (it was given up after {held_s:.1f} s)"
    expect(held_s <= STALL_TIMEOUT_S + LATE_S, True, what)


@pytest.mark.check("timeouts")
def test_a_slow_page_within_its_time_is_right(waits):
    wanted = [expected(url, title="Slow") for url in waits.urls("slow")]
    expect(waits.results("slow"), wanted, "the results of pages that are slow, but in time")


@pytest.mark.check("timeout_of_attempt")
def test_the_redirects_of_an_attempt_share_its_time(waits):
    wanted = [failed(url, "timeout") for url in waits.urls("chain")]
    expect(waits.results("chain"), wanted, "the result of five answers of 0.2 s each with timeout=0.6")


@pytest.mark.check("timeout_of_attempt")
def test_each_attempt_has_its_own_time(waits):
    wanted = [expected(url, title="Well", attempts=3) for url in waits.urls("attempts")]
    expect(waits.results("attempts"), wanted, "three attempts of 0.5 s each with timeout=1.2")


@pytest.mark.check("timeout_of_attempt")
def test_waiting_for_a_connection_is_not_timed(waits):
    wanted = [expected(url, title=f"Page {number}") for number, url in enumerate(waits.urls("queue"))]
    expect(waits.results("queue"), wanted, "five pages of 0.4 s one after another with timeout=1.2")


@pytest.mark.check("timeout_retries")
def test_a_page_that_times_out_is_tried_again(waits):
    never, later = waits.urls("stalls_again")
    wanted = [failed(never, "timeout", attempts=2), expected(later, title="Well", attempts=2)]
    expect(
        waits.results("stalls_again"), wanted, "the results of pages that stall each time, and at first only"
    )
    expect(
        len(waits.visits("/again/never")),
        2,
        "the requests that the server saw of the page that stalls each time",
    )
