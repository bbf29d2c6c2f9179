"""Random requests against the model: creating, using, deleting, creating again, expired links, restarts."""

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from link_model import Model
from shortener import (
    clicks_of,
    create,
    expect_redirect,
    new_alias,
    new_key,
    new_url,
    post,
    wait_until_expired,
)

from grader.examiner import expect

PLACES = st.integers(0, 2)
EXPIRED_LINKS = 30
RESTARTS = 1


class Requests(RuleBasedStateMachine):
    """Requests about three aliases, each of which may be free, in use or expired."""

    def __init__(self, http, expired, restarts):
        super().__init__()
        self.http, self.expired, self.restarts = http, expired, restarts
        self.model = Model()
        self.aliases = [new_alias("random") for _ in range(3)]
        self.key = new_key()

    @rule(place=PLACES, lasts=st.sampled_from([None, 3600]))
    def create(self, place, lasts):
        """Post a link."""
        alias, url = self.aliases[place], new_url()
        wanted = self.model.create(alias, url)
        fields = {} if lasts is None else {"expires_in": lasts}
        answer = post(self.http, key=self.key, alias=alias, url=url, **fields)
        expect(answer.status, wanted, "the status of a post among random requests")

    @rule(place=PLACES)
    def follow(self, place):
        """Click."""
        alias = self.aliases[place]
        wanted = self.model.follow(alias)
        answer = self.http.get(f"/{alias}")
        if wanted == 307:
            expect_redirect(answer, self.model.links[alias].url, "a code, among random requests")
        else:
            expect(answer.status, wanted, "the status of a redirect among random requests")

    @rule(place=PLACES)
    def read(self, place):
        """Look at the statistics."""
        alias = self.aliases[place]
        answer = self.http.get(f"/links/{alias}/stats")
        expect(answer.status, self.model.read(alias), "the status of statistics among random requests")

    @rule(place=PLACES)
    def delete(self, place):
        """Forget a link, if there is one."""
        alias = self.aliases[place]
        wanted = self.model.delete(alias)
        answer = self.http.delete(f"/links/{alias}")
        expect(answer.status, wanted, "the status of a DELETE among random requests")

    @rule(place=PLACES)
    def expire(self, place):
        """Go on with an alias whose link has expired."""
        if self.expired and self.aliases[place] not in self.model.links:
            self.aliases[place], clicks = self.expired.pop()
            self.model.expire(self.aliases[place], clicks)

    @rule()
    def restart(self):
        """Restart, which changes nothing; not every time, since it takes a second."""
        if self.restarts and self.model.links:
            self.restarts.pop()
            self.http.restart()

    def teardown(self):
        """Hold what the service remembers against the model."""
        for alias, link in self.model.links.items():
            found = clicks_of(self.http, alias, link.clicks, "the clicks after random requests")
            if link.url:
                expect(found["url"], link.url, "the url after random requests")


def expired_links(http):
    """Return aliases of links that have expired, and how often each was clicked before."""
    key, links = new_key(), []
    for number in range(EXPIRED_LINKS):
        alias = create(http, key=key, alias=new_alias("expired"), expires_in=1)["code"]
        clicks = sum(http.get(f"/{alias}").status != 410 for _ in range(number % 2))
        links.append((alias, clicks))
    wait_until_expired(http)
    return links


@pytest.mark.check("random_requests")
def test_random_requests_give_what_the_model_gives(http):
    expired, restarts = expired_links(http), [None] * RESTARTS
    run_state_machine_as_test(
        lambda: Requests(http, expired, restarts),
        settings=settings(max_examples=14, stateful_step_count=16, phases=[Phase.generate]),
    )
