"""Reports as files: all of them whole or none of them touched."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from grader.errors import GradingFailed, UsageError
from grader.report.html import to_candidate_html, to_html
from grader.report.junit import to_junit
from grader.report.markdown import to_markdown
from grader.score_sheet import ScoreSheet

SHEET_NAME = "score_sheet.json"

LARGEST_SHEET = 64 * 1024 * 1024
"""Bytes of a score sheet that are read; one that the grader wrote is far smaller."""

_MACHINE_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG}


def write_reports(sheet: ScoreSheet, folder: Path, language: str = "en") -> list[Path]:
    """Write the sheet and its reports to a folder, which is made where it is missing; return their paths.

    Every file is written whole beside its place, flushed, and only then are they moved into place, the sheet last.
    Raises `UsageError` on a folder that cannot be written, `GradingFailed` on a full or failing disk.
    """
    texts = {
        "report.html": to_html(sheet, language),
        "candidate.html": to_candidate_html(sheet, language),
        "summary.md": to_markdown(sheet, language),
        "junit.xml": to_junit(sheet, language),
        SHEET_NAME: _to_json(sheet),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder) as descriptor:
            _replace_all(folder, texts)
            os.fsync(descriptor)
    except OSError as error:
        raise _explain(folder, error) from error
    return [folder / name for name in texts]


def load_sheet(path: Path) -> ScoreSheet:
    """Read a score sheet, or the one in a folder. Raises `UsageError` that says what is wrong with it."""
    file = path / SHEET_NAME if path.is_dir() else path
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_SHEET + 1)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; expected a {SHEET_NAME} that the grader wrote") from None
    if len(content) > LARGEST_SHEET:
        raise UsageError(f"{file} has more than {LARGEST_SHEET} bytes; expected a score sheet")
    try:
        return ScoreSheet.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise UsageError(f"{file}: {place}: {first['msg']}; expected a score sheet of version 1") from None


def _to_json(sheet: ScoreSheet) -> str:
    try:
        return sheet.to_json()
    except ValueError:
        # Half a surrogate pair, as a file name can hold: JSON has no place for it.
        text = json.dumps(sheet.model_dump(mode="json"), ensure_ascii=False, indent=2, allow_nan=False)
        return text.encode(errors="replace").decode() + "\n"


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """Keep other graders from writing to the folder meanwhile; the kernel unlocks it for one that was killed."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _replace_all(folder: Path, texts: Mapping[str, str]) -> None:
    # The names are fixed, so that what a killed grader left is overwritten by the next one.
    parts = {folder / f".{name}.part": folder / name for name in texts}
    try:
        for part, text in zip(parts, texts.values(), strict=True):
            _write(part, text)
        for part, target in parts.items():
            part.replace(target)
    finally:
        for part in parts:
            with suppress(OSError):
                part.unlink()


def _write(path: Path, text: str) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text.encode(errors="replace"))
        stream.flush()
        os.fsync(stream.fileno())


def _explain(folder: Path, error: OSError) -> UsageError | GradingFailed:
    reason = error.strerror or str(error)
    if error.errno in _MACHINE_ERRORS:
        return GradingFailed(f"{folder}: the reports could not be written: {reason}; free some space there")
    return UsageError(
        f"{folder}: the reports cannot be written: {reason}; expected a folder that can be written"
    )
