"""Many requests: at once, and bad ones without end."""

import random
from datetime import timedelta

import pytest
from analytics import PATH, in_utc, path_of
from reading import Reader, expect_orders
from shop import DAYS, FIRST_DAY

from grader.examiner import expect

AT_ONCE = 40
BAD_REQUESTS = 300
BAD_QUERIES = [
    "",
    "?start_date=2024-01-01",
    "?start_date=2024-01-01&end_date=soon",
    "?start_date=2024-02-30&end_date=x",
]


@pytest.mark.check("at_once")
def test_many_reports_at_once_are_each_right(http, database):
    reader = Reader(http, database)
    draw = random.Random("ranges")
    for _ in range(2):
        starts = [FIRST_DAY + timedelta(days=draw.randrange(DAYS)) for _ in range(AT_ONCE)]
        ranges = [(start, start + timedelta(days=draw.randrange(100))) for start in starts]
        answers = http.at_once([("GET", path_of(in_utc(start), in_utc(end))) for start, end in ranges])
        for (start, end), answer in zip(ranges, answers, strict=True):
            wanted = reader.books.shop.report(start, end)
            expect_orders(answer, wanted, f"one of {AT_ONCE} reports that were asked for at once")


@pytest.mark.check("keeps_answering")
def test_bad_requests_leave_the_service_as_it_was(http, database):
    reader = Reader(http, database)
    for number in range(BAD_REQUESTS):
        query = BAD_QUERIES[number % len(BAD_QUERIES)]
        expect(
            http.get(PATH + query).status, 422, f"the status of GET {PATH}{query}, the {number + 1}th bad one"
        )
    http.at_once([("GET", PATH + BAD_QUERIES[2])] * AT_ONCE)
    reader.holds_everything(f"the report of all orders after {BAD_REQUESTS + AT_ONCE} bad requests")
