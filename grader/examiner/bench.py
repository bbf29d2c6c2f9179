"""The subjects of one examination: candidate, reference and a copy of it, as their kind of challenge has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.examiner.budget import Budget
from grader.examiner.channel import Channel
from grader.examiner.examination import Examination
from grader.examiner.http_subject import HttpSubject
from grader.examiner.preparation import Preparation
from grader.examiner.sandboxed import CANDIDATE
from grader.examiner.server import Server
from grader.examiner.side import Side
from grader.examiner.subject import Subject

if TYPE_CHECKING:
    from grader.examiner.database import Database


class Bench:
    """What is examined: `sides` are the subjects' sandboxes, `subjects` what suites hold of them."""

    def __init__(
        self, examination: Examination, channel: Channel, budget: Budget, seeds: ModuleType | None = None
    ) -> None:
        self.sides: Mapping[str, Side | Server]
        self.subjects: Mapping[str, Any]
        self.databases = _databases(examination)
        if examination.kind == "library":
            sides = {
                name: Side(name, where, channel, budget, examination.sides.get(name, ()))
                for name, where in examination.sandboxes.items()
            }
            self.sides = sides
            self.subjects = {name: Subject(side, str(examination.entry)) for name, side in sides.items()}
        else:
            servers = {
                name: Server(name, where, channel, budget, examination.sides.get(name, ()))
                for name, where in examination.sandboxes.items()
            }
            self.sides = servers
            self.subjects = {name: HttpSubject(server) for name, server in servers.items()}
        for name, side in self.sides.items():
            side.preparation = Preparation(
                name, channel, self.databases.get(name), seeds, examination.migration
            )

    @property
    def candidate(self) -> Side | Server:
        """The candidate's sandbox."""
        return self.sides[CANDIDATE]


def _databases(examination: Examination) -> dict[str, Database]:
    served = {name: where for name, where in examination.sandboxes.items() if where.examiner_url}
    if not served:
        return {}
    from grader.examiner.database import Database  # noqa: PLC0415 - 80 ms that most libraries do not need

    return {name: Database(where.examiner_url, where.owner_url) for name, where in served.items()}
