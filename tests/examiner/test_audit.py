"""What a database refused is told by its log: logins elsewhere and attempts to hide; honest mistakes are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("psycopg")

from grader.examiner.audit import audit, refusals
from grader.examiner.database import Database
from tests.examiner.grader_side import free_port


def line(**entry: Any) -> bytes:
    return json.dumps({"user": "candidate", "dbname": "app"} | entry, separators=(",", ":")).encode()


LOGINS = {
    "the superuser's role": ("candidate", "examiner"),
    "a role that is not there": ("candidate", "postgres"),
    "the reference's database": ("reference", "candidate"),
    "the copy's database": ("reference_copy", "examiner"),
}


@pytest.mark.parametrize(("name", "user"), LOGINS.values(), ids=LOGINS)
def test_a_login_to_what_is_not_its_own_is_an_attack(name: str, user: str) -> None:
    (refusal,) = refusals(name, [line(state_code="28P01", user=user)])
    assert (refusal.kind, refusal.severity) == ("database_attacked", "critical")
    assert name in refusal.message
    assert user in refusal.message


TAMPERING = [
    "SET log_statement = 'none'",
    "alter  system set log_statement to 'none'",
    "SELECT pg_stat_reset()",
    "SELECT pg_stat_statements_reset()",
    "COPY links TO PROGRAM 'true'",
    "ALTER ROLE candidate SUPERUSER",
    "SET ROLE examiner",
    "SELECT pg_read_file('statements/log.json')",
    "CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION f()",
]


@pytest.mark.parametrize("statement", TAMPERING)
def test_an_attempt_to_change_what_is_counted_is_told(statement: str) -> None:
    (refusal,) = refusals("candidate", [line(state_code="42501", statement=statement)])
    assert (refusal.kind, refusal.severity) == ("database_tampering", "warning")
    assert " ".join(statement.split()) in refusal.message.replace('"', "'")


def test_a_name_of_any_bytes_breaks_nothing() -> None:
    entry = line(state_code="28P01", user="NAME").replace(b"NAME", b"\xff\xfe")
    (refusal,) = refusals("candidate", [b'{"state_code":"28P01"', entry])
    assert refusal.kind == "database_attacked"


HONEST = {
    "its own wrong password": line(state_code="28P01"),
    "an extension": line(state_code="42501", statement="CREATE EXTENSION pg_trgm"),
    "another schema": line(state_code="42501", statement="CREATE TABLE pg_catalog.links (id int)"),
    "a mistake": line(state_code="42601", statement="ALTER SYSTEM"),
    "no statement": line(state_code="42501"),
    "the codes as text": line(state_code="00000", message='"state_code":"42501" "state_code":"28P01"'),
}


@pytest.mark.parametrize("entry", HONEST.values(), ids=HONEST)
def test_an_honest_mistake_is_not_told(entry: bytes) -> None:
    assert list(refusals("candidate", [entry, b""])) == []


def test_a_server_that_does_not_run_is_left_out() -> None:
    assert audit({"reference": Database(f"postgresql://examiner@127.0.0.1:{free_port()}/app")}) == []
