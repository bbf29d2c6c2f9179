"""The fixed words of the reports, one TOML file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from grader.errors import UsageError
from grader.score_sheet import Text

LANGUAGES = ("en", "ru")


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words: `words("failed.title")`, `words.count("checks", 3)`, `words.pick(text)`."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return an entry with its places filled. Raises `KeyError` on one that is not in the catalogue."""
        return self.entries[key].format(**values) if values else self.entries[key]

    def count(self, key: str, number: int) -> str:
        """Return a number with its noun in the right form."""
        return self.entries[f"{key}.{self._form(number)}"].format(n=number)

    def pick(self, text: Text) -> str:
        """Return a text of the sheet in this language, in English where it has none."""
        return text.get(self.language) or text.get("en") or ""

    def _form(self, number: int) -> str:
        if self.language != "ru":
            return "one" if number == 1 else "many"
        if number % 10 == 1 and number % 100 != 11:
            return "one"
        is_few = number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14}
        return "few" if is_few else "many"


def load_words(language: str) -> Words:
    """Read the catalogue of a language. Raises `UsageError` on one that there is not."""
    if language not in LANGUAGES:
        raise UsageError(f"language is {language!r:.40}; expected one of {', '.join(LANGUAGES)}")
    file = resources.files("grader.report") / "languages" / f"{language}.toml"
    return Words(language, _flatten(tomllib.loads(file.read_text(encoding="utf-8"))))


def _flatten(table: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    entries: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            entries |= _flatten(value, f"{prefix}{key}.")
        else:
            entries[prefix + key] = str(value)
    return entries
