"""Speed: processor time of redirects and posts against the reference, and how a redirect's grows."""

import pytest


@pytest.mark.check("redirect_cost")
def test_a_redirect_costs_no_more_than_a_plain_service_needs(load):
    load.compare("redirect_cost", "Redirects")


@pytest.mark.check("create_cost")
def test_a_post_costs_no_more_than_a_plain_service_needs(load):
    load.compare("create_cost", "Posts")


@pytest.mark.check("redirect_growth_links")
def test_a_redirect_costs_the_same_however_many_links_are_stored(http, load):
    http.fresh()
    load.growth("redirect_growth_links", "FewLinks", "ManyLinks", interleaved=False)


@pytest.mark.check("redirect_growth_clicks")
def test_a_redirect_costs_the_same_however_often_the_link_was_used(load):
    load.growth("redirect_growth_clicks", "NewLinks", "UsedLink")
