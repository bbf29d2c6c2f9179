"""A subject's database before its code starts: the suite fills it, and the submission's migration is run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.examiner.channel import Channel
from grader.examiner.errors import Crashed, ExaminerBroken
from grader.examiner.showing import tidy

if TYPE_CHECKING:
    from grader.examiner.database import Database

DEFAULT_SEED = "default"
_MOST_TOLD = 400


class NotPrepared(Crashed):
    """The submission's migration failed; `log` is what it printed."""

    def __init__(self, message: str, log: str) -> None:
        super().__init__(message)
        self.log = log


class Preparation:
    """The database of one subject, or none.

    `seeds` is the suite's `seed.py`: each function in it takes the `Database` and fills it; `default` is what a
    subject starts with. `migration` names the file that the submission may have.
    """

    def __init__(
        self,
        name: str,
        channel: Channel,
        database: Database | None = None,
        seeds: ModuleType | None = None,
        migration: str | None = None,
    ) -> None:
        self.seed = DEFAULT_SEED
        self._name = name
        self._channel = channel
        self._database = database
        self._seeds = seeds
        self._migration = migration
        is_plain = seeds is None and migration is None
        self._is_done = database is None or is_plain  # the grader serves a plain one with its subject
        self._is_used = self._is_done

    def begin_anew(self, seed: str = DEFAULT_SEED) -> None:
        """Have the database emptied and filled with another seed before the subject starts again."""
        self.seed = seed
        self._is_done = self._database is None

    def ensure(self) -> None:
        """Empty, fill and migrate the database, unless that was done. Raises `NotPrepared`."""
        if self._is_done or self._database is None:
            return
        if self._is_used:
            self._database.empty()
        else:
            self._channel.ask("serve", self._name)
        self._is_used = True
        if self._seeds is not None:
            self._fill(self._database, self._seeds)
        if self._migration is not None:
            self._migrate(self._migration)
        self._is_done = True

    def _fill(self, database: Database, seeds: ModuleType) -> None:
        try:
            getattr(seeds, self.seed)(database)
        except Exception as error:
            raise ExaminerBroken(
                f"seed.py: {self.seed} failed for the {self._name}: {type(error).__name__}: {error}"
            ) from error

    def _migrate(self, migration: str) -> None:
        ended: dict[str, Any] | None = self._channel.ask("migrate", self._name)
        if ended is None or (ended["outcome"] == "exited" and ended["exit_code"] == 0):
            return
        log = str(ended["output"])
        raise NotPrepared(f"{migration} {_reason(ended, log)}", log)


def _reason(ended: dict[str, Any], log: str) -> str:
    if ended["outcome"] == "timed_out":
        return "did not end in time"
    lines = [line for line in log.splitlines() if line.strip()]
    told = next((line for line in lines if "ERROR:" in line), lines[-1] if lines else "it printed nothing")
    return f"failed: {tidy(told, _MOST_TOLD)}"


def load_seeds(suite: Path) -> ModuleType | None:
    """Import the suite's `seed.py`, `None` where it has none."""
    path = suite / "seed.py"
    spec = importlib.util.spec_from_file_location("seed", path) if path.exists() else None
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules["seed"] = module  # tests may import it too
    spec.loader.exec_module(module)
    return module
