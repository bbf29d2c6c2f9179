"""The hidden suite of the greeter."""

import pytest

from grader.examiner import expect


@pytest.mark.check("stores")
def test_stores(http):
    http.fresh()
    expect(http.put("/names/ada").status, 204, "the status of storing a name")
    http.put("/names/bob")
    expect(http.get("/names").json(), ["ada", "bob"], "all names that were stored")


@pytest.mark.check("restart")
def test_restart(http):
    http.fresh()
    http.put("/names/ada")
    ending = http.restart(environment={"GREETING": "hi"})
    expect(ending["outcome"] in {"exited", "stopped"}, True, "ending at SIGTERM")
    expect(http.get("/names").json(), ["ada"], "what was stored before the restart")
    expect(http.get("/greeting").text, "hi", "the greeting of the environment")
    http.restart()
    expect(http.get("/greeting").text, "hello", "the greeting of the challenge")


@pytest.mark.check("roles")
def test_roles(http, database):
    http.fresh()
    http.put("/names/ada")
    expect(database.rows("SELECT name FROM names"), [("ada",)], "what lies in the database")
    expect(http.get("/superuser").json(), False, "the candidate's role is a superuser")


@pytest.mark.check("statements")
def test_statements(http, database):
    http.fresh()
    http.get("/names")
    database.statements()
    http.get("/names")
    expect(len(database.statements()), 1, "the number of statements of a request")


@pytest.mark.check("cost")
def test_cost(load):
    load.compare("ratio", "Guest")
