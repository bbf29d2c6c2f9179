"""What a check answers, and the lines of JSON in which it is told."""

from __future__ import annotations

import json
from dataclasses import dataclass

from grader.words import CheckOutcome, Severity

MESSAGE_CHARACTERS = 4000
NOTE_CHARACTERS = 400
NOTES = 60
NAME_CHARACTERS = 80


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """Something to say about one line; `line` counts from 1, 0 is the whole file."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How much of a check is earned, 0 to 1, and in plain words why not all of it."""

    check: str
    fraction: float
    message: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Flag:
    """Something that a person should look at; it takes nothing."""

    id: str
    severity: Severity
    message: str


def printable(text: str, limit: int = NOTE_CHARACTERS) -> str:
    """Return text that any terminal and any JSON reader takes: odd characters escaped, long text cut."""
    safe = "".join(character if character.isprintable() or character == "\n" else character.encode("unicode_escape").decode() for character in text[:limit])
    return safe if len(text) <= limit else safe + "…"


def answer_line(answer: Answer) -> str:
    """Return the `test` event of an answer as one line of JSON."""
    fraction = round(min(1.0, max(0.0, answer.fraction)), 3)
    outcome = CheckOutcome.PASSED if fraction >= 1 else CheckOutcome.FAILED
    event = {
        "event": "test",
        "check": answer.check,
        "outcome": outcome.value,
        "fraction": fraction,
        "message": printable(answer.message, MESSAGE_CHARACTERS),
        "notes": [{"path": printable(note.path), "line": note.line, "text": printable(note.text)} for note in answer.notes[:NOTES]],
    }
    return json.dumps(event)


def flag_line(flag: Flag) -> str:
    """Return the `flag` event of a flag as one line of JSON."""
    message = printable(flag.message, MESSAGE_CHARACTERS)
    return json.dumps({"event": "flag", "id": flag.id, "severity": flag.severity.value, "message": message})


def fact_line(kind: str, name: str, path: str, line: int) -> str:
    """Return the `fact` event of something that the source does as one line of JSON."""
    return json.dumps({"event": "fact", "id": kind, "name": printable(name, NAME_CHARACTERS), "path": printable(path), "line": line})


def finished_line() -> str:
    """Return the last line; without times, so that one tree always gives the same bytes."""
    return json.dumps({"event": "finished", "seconds": {}})


def share_lost(loss: float, scale: float) -> float:
    """Return the fraction that is left after `loss` units where `scale` units take everything."""
    return max(0.0, 1.0 - loss / scale)
