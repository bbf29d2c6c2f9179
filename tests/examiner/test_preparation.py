"""What happens to a database before its subject starts, and in which order."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grader.examiner.errors import ExaminerBroken
from grader.examiner.preparation import NotPrepared, Preparation

GOOD = {"outcome": "exited", "exit_code": 0, "output": ""}
FAILED = {
    "outcome": "exited",
    "exit_code": 3,
    "output": "NOTICE: hello\npsql:changes.sql:2: ERROR:  no such table\nLINE 1: ...",
}
SLOW = {"outcome": "timed_out", "exit_code": None, "output": ""}


class Witness:
    """Plays the channel, the database and the suite's seeds, and takes note of what they are asked."""

    def __init__(self, *endings: dict[str, Any] | None) -> None:
        self.seen: list[str] = []
        self._endings = list(endings)
        self.seeds = SimpleNamespace(default=lambda _: self.seen.append("default"), large=self._large)

    def ask(self, action: str, sandbox: str) -> Any:
        self.seen.append(action)
        return self._endings.pop(0) if action == "migrate" else None

    def empty(self) -> None:
        self.seen.append("empty")

    def _large(self, _: object) -> None:
        self.seen.append("large")

    def preparation(self, *, seeds: bool = True, migration: str | None = "changes.sql") -> Preparation:
        return Preparation("candidate", self, self, self.seeds if seeds else None, migration)  # type: ignore[arg-type]


def test_a_database_is_served_filled_and_migrated_once() -> None:
    witness = Witness(GOOD)
    prepared = witness.preparation()
    prepared.ensure()
    prepared.ensure()
    assert witness.seen == ["serve", "default", "migrate"]


def test_another_seed_is_filled_into_an_emptied_database_and_migrated_again() -> None:
    witness = Witness(None, None)
    prepared = witness.preparation()
    prepared.ensure()
    prepared.begin_anew("large")
    prepared.ensure()
    assert witness.seen == ["serve", "default", "migrate", "empty", "large", "migrate"]


def test_a_plain_database_is_left_alone_until_it_begins_anew() -> None:
    witness = Witness()
    prepared = witness.preparation(seeds=False, migration=None)
    prepared.ensure()
    assert witness.seen == []
    prepared.begin_anew()
    prepared.ensure()
    assert witness.seen == ["empty"]


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (FAILED, "changes.sql failed: psql:changes.sql:2: ERROR:  no such table"),
        (SLOW, "changes.sql did not end in time"),
    ],
)
def test_a_migration_that_fails_is_told_in_a_line_and_tried_again_on_an_emptied_database(
    ending: dict[str, Any], said: str
) -> None:
    witness = Witness(ending, GOOD)
    prepared = witness.preparation()
    with pytest.raises(NotPrepared) as caught:
        prepared.ensure()
    assert caught.value.message == said
    prepared.ensure()
    assert witness.seen == ["serve", "default", "migrate", "empty", "default", "migrate"]


def test_a_seed_that_fails_is_our_failure() -> None:
    witness = Witness()
    prepared = witness.preparation()
    prepared.begin_anew("unheard_of")
    with pytest.raises(ExaminerBroken, match=r"seed\.py: unheard_of failed for the candidate"):
        prepared.ensure()
