"""The bank of questions, read and checked: a TOML file a topic, one for what code gives reason to ask, the reasons.

The topics, their questions and levels are those of the interview guide; what a good answer holds is ours.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from grader.challenge import Identifier, LocalText, describe
from grader.errors import ChallengeError
from grader.words import Level, Tag

_SHIPPED = Path(__file__).parent
_File = TypeVar("_File", bound=BaseModel)


class Topic(StrEnum):
    """The interview guide's twelve topics in its order, and its questions on working with others."""

    PYTHON_MEMORY = "python_memory"
    CONCURRENCY = "concurrency"
    WEB_FRAMEWORKS = "web_frameworks"
    DATABASES = "databases"
    TESTING = "testing"
    PERFORMANCE = "performance"
    SECURITY = "security"
    ARCHITECTURE = "architecture"
    DEPLOYMENT = "deployment"
    OBSERVABILITY = "observability"
    DATA_AND_APIS = "data_and_apis"
    SYSTEM_DESIGN = "system_design"
    SOFT_SKILLS = "soft_skills"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Question(_Table):
    """One of the guide's questions: at which level it is asked, what it is about, what a good answer holds."""

    id: Identifier
    level: Literal[Level.JUNIOR, Level.MIDDLE, Level.SENIOR] | None = None
    tags: tuple[Tag, ...] = ()
    question: LocalText
    code: str = ""
    good_answer: LocalText


class TopicFile(_Table):
    """A topic and its questions."""

    topic: Topic
    title: LocalText
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _levelled(self) -> Self:
        if self.topic is Topic.SOFT_SKILLS:
            return self
        for number, question in enumerate(self.questions):
            for key, value in (("level", question.level), ("tags", question.tags)):
                if not value:
                    raise ValueError(
                        f"questions[{number}].{key} is missing; expected one for every question of {self.topic}"
                    )
        return self


class CodeQuestion(_Table):
    """A question that a fact about the code gives reason for; facts are named by `grader.inspector.facts`."""

    fact: Identifier
    tags: Annotated[tuple[Tag, ...], Field(min_length=1)]
    question: LocalText
    good_answer: LocalText


class _CodeFile(_Table):
    facts: tuple[CodeQuestion, ...]


class _CheckReasons(_Table):
    failed: LocalText
    not_run: LocalText
    passed: LocalText


class _CodeReasons(_Table):
    has: LocalText


class _LevelReasons(_Table):
    reached: LocalText
    next: LocalText


class _Grounds(_Table):
    challenge: LocalText
    code: LocalText


class Reasons(_Table):
    """Why a question was chosen, in words whose places are filled."""

    check: _CheckReasons
    code: _CodeReasons
    level: _LevelReasons
    ground: _Grounds
    tags: dict[Tag, LocalText]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = [tag for tag in Tag if tag not in self.tags]
        if missing:
            raise ValueError(f"tags.{missing[0]} is missing; expected words for every tag")
        return self


class Bank(_Table):
    """All questions: topics in the guide's order, what code gives reason to ask, what matters most first."""

    topics: tuple[TopicFile, ...]
    code: tuple[CodeQuestion, ...]
    reasons: Reasons


@cache
def load_bank(folder: Path = _SHIPPED) -> Bank:
    """Read a bank, the shipped one by default. Raises `ChallengeError` that names file, key and expectation."""
    order = list(Topic)
    topics = []
    for path in sorted((folder / "topics").glob("*.toml")):
        topic = _read(path, TopicFile)
        if topic.topic != path.stem:
            raise ChallengeError(
                f"{path}: topic is {topic.topic.value!r}; expected the file's name, {path.stem!r}"
            )
        topics.append(topic)
    topics.sort(key=lambda topic: order.index(topic.topic))
    missing = [topic.value for topic in order if topic not in {item.topic for item in topics}]
    if missing:
        raise ChallengeError(
            f"{folder / 'topics'}: {missing[0]}.toml is missing; expected a file for every topic"
        )
    code = _read(folder / "code.toml", _CodeFile).facts
    _require_once(folder / "topics", "id", [item.id for topic in topics for item in topic.questions])
    _require_once(folder / "code.toml", "fact", [item.fact for item in code])
    return Bank(topics=tuple(topics), code=code, reasons=_read(folder / "reasons.toml", Reasons))


def _read(path: Path, form: type[_File]) -> _File:
    try:
        return form.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ChallengeError(f"{path} is missing; expected a part of the bank of questions") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ChallengeError(f"{path}: not TOML: {error}") from None
    except ValidationError as error:
        raise ChallengeError(describe(path, error)) from None


def _require_once(path: Path, key: str, values: list[str]) -> None:
    doubled = sorted({value for value in values if values.count(value) > 1})
    if doubled:
        raise ChallengeError(
            f"{path}: {key} {doubled[0]!r} is there more than once; expected each {key} once"
        )
