"""What a report takes as the shop grows: statements at both sizes, and memory for the largest answer."""

import pytest
from analytics import path_of
from reading import EVERYTHING
from tables import expect_unchanged

from grader.examiner import Unexpected, expect

MOST_STATEMENTS = 3
REPORTS = 4
RANGES = [
    ("2024-03-04", "2024-03-05"),
    EVERYTHING,
    ("2023-01-01", "2023-01-20"),
    ("2024-06-02", "2024-06-01"),
]
# Measured: the reference grows by 24 MiB, all_rows_as_objects by 106; several workers may add up.
TIMES_THE_REFERENCE = 2.0
ALWAYS_ALLOWED_MIB = 16.0


def statements_of(http, database, start, end):
    """Return the statements of one report."""
    database.statements()
    expect(http.get(path_of(start, end)).status, 200, f"the status of a report from {start} to {end}")
    return database.statements()


def expect_few(found, what):
    if len(found) > MOST_STATEMENTS:
        sent = f"{len(found)} statements, the first: {found[0]:.120}"
        raise Unexpected(
            f"{what} sent more than {MOST_STATEMENTS} statements", f"at most {MOST_STATEMENTS}", sent
        )


@pytest.mark.check("statements")
@pytest.mark.parametrize(("start", "end"), RANGES)
def test_a_report_sends_few_statements_over_the_small_shop(http, database, start, end):
    http.seeded("default")
    expect_few(statements_of(http, database, start, end), f"a report from {start} to {end}")


@pytest.mark.check("statements")
def test_a_report_sends_few_statements_over_the_large_shop(http, database):
    http.seeded("large")
    start, end = RANGES[0]
    expect_few(statements_of(http, database, start, end), "a report of a day of 2,000 users")


@pytest.mark.check("tables_kept")
def test_the_large_shop_stays_as_it_was(http, database):
    http.seeded("large")
    expect_unchanged(database)


def growth_mib(http):
    """Return by how much the largest reports raise the most memory that a fresh server ever used."""
    http.fresh(seed="large")
    before = http.usage().peak_memory_mib
    for _ in range(REPORTS):
        expect(http.get(path_of(*EVERYTHING)).status, 200, "the status of a report of the whole large shop")
    after = http.usage().peak_memory_mib
    return None if before is None or after is None else after - before


@pytest.mark.check("memory")
def test_the_largest_report_takes_little_memory(http, reference):
    grown, wanted = growth_mib(http), growth_mib(reference)
    if grown is None or wanted is None:
        return  # no account of memory here
    if grown > TIMES_THE_REFERENCE * wanted + ALWAYS_ALLOWED_MIB:
        raise Unexpected("the largest report takes much more memory than with the reference")
