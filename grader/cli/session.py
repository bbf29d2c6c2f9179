"""What the commands that grade have in common: a catalogue, an engine that is ready, a seed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grader.catalogue import Catalogue
from grader.challenge import Challenge
from grader.cli.engines import EngineName, choose_engine
from grader.grading import Grading, Supply
from grader.intake import take_in
from sandbox import Engine

SECRET = "GRADER_SEED_SECRET"  # noqa: S105 - the name of a variable
"""Environment variable whose value goes into the seeds, so that candidates cannot work out the random inputs."""


@dataclass(frozen=True, slots=True)
class Session:
    """Everything that several gradings share."""

    catalogue: Catalogue
    engine: Engine
    seed: int | None = None
    is_offline: bool = False

    def prepare(self, say: Callable[[str], None]) -> None:
        """Remove what killed graders left in the engine, and build what it lacks."""
        self.engine.reap()
        self.engine.prepare(say)

    @contextmanager
    def take_in(self, challenge: Challenge, source: str | Path) -> Iterator[Grading]:
        """Take a submission in for a grading; it is gone when the context is left."""
        with take_in(source, entry=challenge.root_entry) as taken:
            secret = os.environ.get(SECRET, "")
            supply = Supply(is_offline=self.is_offline)
            yield Grading(challenge, self.catalogue, taken, self.engine, self.seed, secret, supply)


def open_session(
    catalogue: Catalogue, asked: EngineName | None, seed: int | None = None, *, is_offline: bool = False
) -> Session:
    """Choose an engine. Raises `EngineUnavailable`."""
    return Session(catalogue, choose_engine(asked), seed, is_offline)
