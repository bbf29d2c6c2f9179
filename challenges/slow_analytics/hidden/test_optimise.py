"""What `optimise.sql` may not touch: columns, types and rows of the three tables."""

from decimal import Decimal

import pytest
from reading import Reader
from tables import expect_unchanged

from grader.examiner import expect


@pytest.mark.check("tables_kept")
def test_columns_types_and_rows_stay_as_they_were(http, database):
    http.fresh()
    expect_unchanged(database)


@pytest.mark.check("tables_kept")
def test_the_tables_can_be_written_as_before(http, database):
    reader = Reader(http, database)
    with reader.customer() as user:
        reader.books.add_order(user, reader.books.shop.orders[1].created_at, [(Decimal("1.00"), 1)])
        count = "SELECT count(*)::int FROM orders WHERE user_id = %s"
        expect(database.owner.execute(count, (user,)).fetchone(), (1,), "the number of a new user's orders")
    expect(database.owner.execute(count, (user,)).fetchone(), (0,), "the number of a deleted user's orders")
