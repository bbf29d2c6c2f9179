"""The checks of a posted body."""

import pytest

from shortener.body import faults

URL = "http://example.com/"


@pytest.mark.parametrize(
    "body",
    [
        {"url": URL},
        {"url": URL, "alias": None, "expires_in": None},
        {"url": "http://h/" + "x" * 2039, "alias": "a-_", "expires_in": 31_536_000},
    ],
)
def test_good_bodies_have_no_faults(body):
    assert faults(body) == []


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ([], 1),
        (None, 1),
        ({}, 1),
        ({"url": URL, "alias": "health"}, 1),
        ({"url": "http://h/" + "x" * 2040}, 1),
        ({"url": "http://[", "alias": "a b", "expires_in": "60"}, 3),
        ({"url": URL, "expires_in": True}, 1),
    ],
)
def test_each_fault_is_named(body, count):
    assert len(faults(body)) == count
