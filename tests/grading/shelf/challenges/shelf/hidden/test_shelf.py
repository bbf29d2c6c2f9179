"""The hidden suite of the shelf."""

import pytest

from grader.examiner import expect


@pytest.mark.check("lists")
def test_lists(http, database):
    expect(http.get("/books").json(), ["Emma"], "the books that are there at first")
    database.statements()
    database.owner.execute("INSERT INTO books (title) VALUES ('Persuasion')")
    expect(http.get("/books").json(), ["Emma", "Persuasion"], "the books after one was added")
    expect(len(database.statements()), 1, "the number of the candidate's own statements")
    http.fresh()
    expect(http.get("/books").json(), ["Emma"], "the books of a fresh server")
    http.seeded("many")
    expect(len(http.get("/books").json()), 100, "the number of books of another seed")
    http.fresh()


@pytest.mark.check("migrated")
@pytest.mark.parametrize("seed", ["default", "many"])
def test_migrated(http, database, seed):
    http.seeded(seed)
    query = "SELECT tableowner FROM pg_indexes JOIN pg_tables USING (tablename) WHERE indexname = 'by_title'"
    expect(database.owner.execute(query).fetchall(), [("candidate",)], "the owner of the index's table")


@pytest.mark.check("cost")
def test_cost(load):
    load.compare("ratio", "Reader", seed="many")
