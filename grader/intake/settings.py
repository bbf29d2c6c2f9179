"""What a submission says of itself in its optional `submission.toml`."""

from __future__ import annotations

import keyword
import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SubmissionError
from grader.intake.names import show, show_some

FILE_NAME = "submission.toml"
_FILE_BYTES = 64 * 1024
_COMMAND_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Settings:
    """The `[run]` table: `entry` is `package.module:Name`, `command` what starts a server, split as a shell would."""

    entry: str | None = None
    command: str | None = None


def read_settings(root: Path) -> Settings:
    """Read `submission.toml` of a tree, where there is one. Raises `SubmissionError` that names the key."""
    path = root / FILE_NAME
    if not path.is_file():
        return Settings()
    if path.stat().st_size > _FILE_BYTES:
        raise SubmissionError(f"{FILE_NAME} is larger than {_FILE_BYTES // 1024} KiB; keep only [run] in it")
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reason = (
            show(str(error).splitlines()[0], 120)
            if isinstance(error, tomllib.TOMLDecodeError)
            else "not text"
        )
        raise SubmissionError(f"{FILE_NAME} is not TOML: {reason}; correct or remove it") from None
    _expect_only(document, "run", where="")
    run = document.get("run", {})
    if not isinstance(run, dict):
        raise SubmissionError(f"{FILE_NAME}: run is no table; expected [run] with entry or command below it")
    _expect_only(run, "entry", "command", where="run.")
    return Settings(
        entry=_text(run, "entry", is_entry, "'package.module:Name'"),
        command=_text(run, "command", _is_command, "a command line such as 'uvicorn app:app --port $PORT'"),
    )


def _expect_only(table: Mapping[str, object], *known: str, where: str) -> None:
    if unknown := table.keys() - set(known):
        expected = " or ".join(where + key for key in known)
        named = show_some(where + key for key in unknown)
        raise SubmissionError(f"{FILE_NAME} has the unknown key {named}; expected {expected}")


def _text(run: Mapping[str, object], key: str, is_right: Callable[[str], bool], expected: str) -> str | None:
    value = run.get(key)
    if value is None or (isinstance(value, str) and is_right(value)):
        return value
    found = show(value) if isinstance(value, str) else show(type(value).__name__)
    raise SubmissionError(f"{FILE_NAME}: run.{key} is {found}; expected {expected}")


def is_entry(text: str) -> bool:
    """Say whether a text is `package.module:Name`."""
    module, _, name = text.partition(":")
    parts = (*module.split("."), name)
    return len(text) <= 200 and all(part.isidentifier() and not keyword.iskeyword(part) for part in parts)


def _is_command(text: str) -> bool:
    try:
        words = shlex.split(text)
    except ValueError:
        return False
    return bool(words) and len(text) <= _COMMAND_CHARACTERS and text.isprintable()
