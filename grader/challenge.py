"""A challenge as its `challenge.toml` describes it, read and checked.

Its JSON Schema is published as `challenge.schema.json` beside this module (`python -m grader.challenge`).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from grader.errors import ChallengeError
from grader.words import Tag

CRITERIA = ("correctness", "robustness", "performance", "quality")
"""The four qualities that every challenge grades; a challenge chooses their points."""

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LocalText(_Table):
    """One text in English and Russian."""

    en: Annotated[str, Field(min_length=1)]
    ru: Annotated[str, Field(min_length=1)]


class SandboxLimits(_Table):
    """What the candidate's sandbox may use; the reference's gets the same."""

    memory_mib: Annotated[int, Field(ge=64, le=16_384)] = 512
    processes: Annotated[int, Field(ge=8, le=1024)] = 128
    tmp_mib: Annotated[int, Field(ge=1, le=4096)] = 64
    examination_s: Annotated[float, Field(gt=0, le=1800)] = 180.0
    call_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    start_s: Annotated[float, Field(gt=0, le=120)] = 20.0


class Rules(_Table):
    """What the submission may not do, looked for in its source as data and in the modules it loads.

    `forbidden_imports` names modules (`cachetools`) and attributes of modules (`functools.lru_cache`).
    """

    forbidden_imports: tuple[str, ...] = ()


class Services(_Table):
    """What a pod offers its subjects: a PostgreSQL server each, named by `DATABASE_URL`.

    `migration` names an SQL file that a submission may have: psql runs it once as the database's owner, after the
    suite's `seed.py` has filled the database and before the submission is started, within `migration_s`.
    """

    database: bool = False
    migration: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*$")] | None = None
    migration_s: Annotated[float, Field(gt=0, le=120)] = 60.0

    @model_validator(mode="after")
    def _has_database(self) -> Self:
        if self.migration is not None and not self.database:
            raise ValueError(f"migration is {self.migration!r}; expected database = true with it")
        return self


class Limit(_Table):
    """The limits of a measurement: full points up to `full_at`, none from `zero_at`, between them by `scale`."""

    id: Identifier
    unit: str
    full_at: Annotated[float, Field(gt=0)]
    zero_at: Annotated[float, Field(gt=0)]
    scale: Literal["log", "linear"] = "log"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.zero_at <= self.full_at:
            raise ValueError(f"zero_at is {self.zero_at}; expected a number above full_at ({self.full_at})")
        return self


class Load(_Table):
    """How the paired rounds of the performance stage are run (seconds a block, blocks a side).

    Requests that take longer than `latency_ceiling_ms` in every round, and many times as long as the reference's,
    wait for something that costs no CPU time: the check fails.
    """

    block_s: Annotated[float, Field(gt=0, le=5)] = 1.0
    blocks: Annotated[int, Field(ge=3, le=15)] = 5
    extended_blocks: Annotated[int, Field(ge=3, le=30)] = 15
    warmup_s: Annotated[float, Field(ge=0, le=10)] = 1.0
    users: Annotated[int, Field(ge=1, le=64)] = 4
    latency_ceiling_ms: Annotated[float, Field(gt=0, le=60_000)] = 250.0


class Criterion(_Table):
    """A graded quality and the points it is worth."""

    id: Identifier
    points: Annotated[float, Field(gt=0, le=100)]
    title: LocalText


class Check(_Table):
    """One question for one criterion.

    `weight` is its share of the criterion's points. A `gate` that fails makes the verdict `rejected`. `by` says who
    answers: the hidden suite, or the inspector from the source as data. `measurement` gives the limits of the
    figure that it is judged by. `label` may be shown to the interviewer only; `hint` is what a candidate reads.
    """

    id: Identifier
    criterion: Identifier
    weight: Annotated[float, Field(gt=0)] = 1.0
    label: LocalText
    follow_up: LocalText
    hint: LocalText
    gate: bool = False
    by: Literal["suite", "inspector"] = "suite"
    measurement: Limit | None = None


class Challenge(_Table):
    """Everything that `challenge.toml` says, and the folder it was read from.

    `reference` names the solution that performance is compared with, `samples` those that a demonstration grades.
    `tags` say what to ask about in the interview, what matters most first.
    """

    format: Literal[1]
    id: Identifier
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: LocalText
    kind: Literal["library", "http"]
    entry: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")] | None = None
    command: str | None = None
    reference: Annotated[str, Field(pattern=r"^accepted/[\w-]+$")]
    samples: tuple[Annotated[str, Field(pattern=r"^[a-z]+/[\w-]+$")], ...] = ()
    tags: tuple[Tag, ...] = ()
    limits: SandboxLimits = SandboxLimits()
    rules: Rules = Rules()
    services: Services = Services()
    environment: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], str] = Field(default_factory=dict)
    load: Load = Load()
    criteria: tuple[Criterion, ...]
    checks: tuple[Check, ...]
    folder: Path = Field(default=Path(), exclude=True)
    _is_partial: bool = PrivateAttr(default=False)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.kind == "library" and self.entry is None:
            raise ValueError("entry is missing; expected 'module:Name' for kind = \"library\"")
        if self.kind == "http" and self.command is None:
            raise ValueError('command is missing; expected the default start command for kind = "http"')
        criteria = [criterion.id for criterion in self.criteria]
        for name, ids in (("criteria", criteria), ("checks", [check.id for check in self.checks])):
            doubled = sorted({item for item in ids if ids.count(item) > 1})
            if doubled:
                raise ValueError(f"{name} has {', '.join(doubled)} more than once; expected each id once")
        if set(criteria) != set(CRITERIA):
            raise ValueError(f"criteria are {', '.join(criteria)}; expected {', '.join(CRITERIA)}")
        total = sum(criterion.points for criterion in self.criteria)
        if abs(total - 100) > 1e-9:
            raise ValueError(f"criteria add up to {total:g} points; expected 100")
        for check in self.checks:
            if check.criterion not in criteria:
                raise ValueError(
                    f"check {check.id} names criterion {check.criterion!r}; expected one of {', '.join(criteria)}"
                )
        empty = [name for name in criteria if not any(check.criterion == name for check in self.checks)]
        if empty:
            raise ValueError(f"criterion {empty[0]} has no check; expected at least one")
        return self

    @property
    def root_entry(self) -> str:
        """What a submission's root is known by where no `submission.toml` says it, as `module:Name`."""
        return self.entry or "app:app"

    @property
    def subjects(self) -> tuple[Tag, ...]:
        """What the challenge is about: its tags, else what its kind and its services tell."""
        if self.tags:
            return self.tags
        database = (Tag.DATABASES, Tag.QUERIES, Tag.TRANSACTIONS) if self.services.database else ()
        if self.kind == "http":
            return (*database, Tag.HTTP, Tag.FRAMEWORKS, Tag.TESTING)
        return (*database, Tag.CONTAINERS, Tag.PROFILING, Tag.TESTING)

    def only(self, checks: Collection[str]) -> Self:
        """Return the challenge with these checks alone; points are then those of a smaller examination."""
        kept = tuple(check for check in self.checks if check.id in checks)
        part = self.model_copy(update={"checks": kept})
        part._is_partial = True
        return part

    @property
    def is_partial(self) -> bool:
        """Whether the hidden suite has tests of other checks too, which are then not run."""
        return self._is_partial

    def checks_of(self, criterion: str) -> tuple[Check, ...]:
        """Return a criterion's checks in the order of the manifest."""
        return tuple(check for check in self.checks if check.criterion == criterion)

    def check_points(self, check: Check) -> float:
        """Return what a check is worth, in points of 100."""
        weights = sum(other.weight for other in self.checks if other.criterion == check.criterion)
        points = next(criterion.points for criterion in self.criteria if criterion.id == check.criterion)
        return points * check.weight / weights

    def statement(self, language: str = "en") -> str:
        """Return the statement's Markdown in a language, English where there is no such file."""
        path = self.folder / ("statement.md" if language == "en" else f"statement.{language}.md")
        if not path.exists():
            path = self.folder / "statement.md"
        return path.read_text(encoding="utf-8")


def _key(location: tuple[int | str, ...]) -> str:
    key = ""
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else part
    return key or "the whole file"


def describe(path: Path, error: ValidationError) -> str:
    """Say what is wrong with a TOML file: a line for each key, with what was found and what was expected."""
    lines = []
    for detail in error.errors():
        message = detail["msg"].removeprefix("Value error, ")
        says_itself = detail["type"] in {"missing", "value_error"}
        found = "" if says_itself else f" is {detail['input']!r:.80};"
        lines.append(f"{path}: {_key(detail['loc'])}{found} {message[:1].lower()}{message[1:]}")
    return "\n".join(lines)


def load_challenge(folder: Path) -> Challenge:
    """Read `challenge.toml` of a folder. Raises `ChallengeError` that names file, key and expectation."""
    path = folder / "challenge.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ChallengeError(f"{path} is missing; expected a challenge's description there") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ChallengeError(f"{path}: not TOML: {error}") from None
    try:
        challenge = Challenge.model_validate(document)
    except ValidationError as error:
        raise ChallengeError(describe(path, error)) from None
    if challenge.id != folder.name:
        raise ChallengeError(f"{path}: id is {challenge.id!r}; expected the folder's name, {folder.name!r}")
    for needed in ("statement.md", "starter", "hidden"):
        if not (folder / needed).exists():
            raise ChallengeError(f"{folder / needed} is missing; every challenge has one")
    return challenge.model_copy(update={"folder": folder})


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of `challenge.toml`."""
    return Challenge.model_json_schema()


if __name__ == "__main__":
    import sys

    sys.stdout.write(json.dumps(json_schema(), indent=2) + "\n")
