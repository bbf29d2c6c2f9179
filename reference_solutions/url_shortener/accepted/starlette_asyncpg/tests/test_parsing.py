"""Bodies and buckets."""

import json

import pytest

from bucket import Buckets
from parsing import NewLink, Refusal, parse_new_link

URL = "http://example.com/"


def parse(**fields):
    return parse_new_link(json.dumps(fields).encode())


def test_absent_and_null_are_the_same():
    assert parse(url=URL) == parse(url=URL, alias=None, expires_in=None) == NewLink(URL, None, None)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{} {}", b"[" * 100_000])
def test_what_is_not_an_object_is_refused(body):
    with pytest.raises(Refusal):
        parse_new_link(body)


@pytest.mark.parametrize(
    "fields", [{"alias": "ab"}, {"alias": "links"}, {"alias": "abc\n"}, {"expires_in": True}, {"url": "http://:80"}]
)
def test_a_bad_field_is_refused(fields):
    with pytest.raises(Refusal):
        parse(**{"url": URL, **fields})


def test_a_bucket_fills_evenly():
    now = [0.0]
    buckets = Buckets(2, lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 30]
    now[0] = 30.0
    assert [buckets.take("a") for _ in range(2)] == [0, 30]
