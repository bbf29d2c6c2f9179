"""The hidden suite of the ledger: what was stored is read by the examiner's own role."""

import pytest

from grader.examiner import expect


@pytest.fixture
def entries(database):
    database.empty()
    database.execute("CREATE TABLE entries (amount integer)")
    database.execute("GRANT ALL ON entries TO candidate")
    return lambda: [amount for (amount,) in database.rows("SELECT amount FROM entries ORDER BY amount")]


@pytest.mark.check("books")
def test_books(candidate, entries):
    candidate.call(2)
    candidate.call(3)
    expect(entries(), [2, 3], "the entries after booking 2 and 3")


@pytest.mark.check("refuses")
def test_refuses(candidate, entries):
    with candidate.raises("ValueError"):
        candidate.call(0)
    expect(entries(), [], "the entries after booking 0")


@pytest.mark.check("statements")
def test_statements(candidate, database, entries):
    database.statements()
    candidate.call(2)
    expect(len(database.statements()), 1, "the statements of one booking")
