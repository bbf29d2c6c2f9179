"""The exchanges of the test in hand, one line each."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from hypothesis import currently_in_test_context
from hypothesis.control import current_build_context

from grader.examiner.exchange import Answer, Request
from grader.examiner.showing import show

_MOST_KEPT = 400
_MOST_SHOWN = 40


@dataclass(slots=True)
class Note:
    """One exchange, or what was done to the server."""

    request: Request | None
    words: str = ""
    answer: Answer | None = None

    def text(self) -> str:
        """Return it as a line."""
        if self.request is None:
            return self.words
        if self.answer is None:
            return f"{self.request.spelled()} → no answer"
        location = self.answer.headers.get("location")
        shown = f" Location: {show(location, 200)[1:-1]}" if location else ""
        body = f" {show(self.answer.text, 300)[1:-1]}" if self.answer.body else ""
        return f"{self.request.spelled()} → {self.answer.status}{shown}{body}"


class HttpTranscript:
    """What was asked since the test or its last Hypothesis example began; may be written from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notes: list[Note] = []
        self._expected = ""
        self._example: object = None

    def clear(self) -> None:
        """Begin anew."""
        with self._lock:
            self._notes.clear()
            self._expected = ""

    def note(self, words: str) -> None:
        """Take note of what was done to the server."""
        self._add(Note(None, words))

    def begin(self, request: Request) -> Note:
        """Take note of a request."""
        note = Note(request)
        self._add(note)
        return note

    def end(self, note: Note, answer: Answer) -> None:
        """Take note of what came back."""
        note.answer = answer

    def expect(self, _actual: object, expected: object) -> None:
        """Take note of what should have come back."""
        self._expected = show(expected, 200)

    def program(self) -> str:
        """Return the exchanges, the last one with what was expected."""
        with self._lock:
            lines = [note.text() for note in self._notes]
        if lines and self._expected:
            lines[-1] = f"{lines[-1]}  # expected {self._expected}"
        if len(lines) > _MOST_SHOWN:
            half = _MOST_SHOWN // 2
            lines = [*lines[:half], f"# … {len(lines) - 2 * half} lines left out …", *lines[-half:]]
        return "\n".join(lines)

    def _add(self, note: Note) -> None:
        example = current_build_context() if currently_in_test_context() else None
        with self._lock:
            if example is not None and example is not self._example:
                self._notes.clear()
            self._example = example or self._example
            if len(self._notes) >= _MOST_KEPT:
                del self._notes[0]
            self._notes.append(note)
