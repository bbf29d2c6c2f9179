"""The catalogues of words are whole, and every word in them is used."""

from __future__ import annotations

import re
import string
from importlib import resources
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.report.words import LANGUAGES, load_words
from grader.words import CheckOutcome, Level, MeasurementVerdict, Severity, Verdict

PACKAGE = Path(str(resources.files("grader.report")))
SETS = {
    "verdict": Verdict,
    "level": Level,
    "outcome": CheckOutcome,
    "severity": Severity,
    "judged": MeasurementVerdict,
    "candidate": Verdict,
    "side": ("candidate", "reference", "reference_copy"),
}
COUNTED = {"checks", "lines", "characters", "notes", "files"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def sources() -> str:
    files = [*PACKAGE.glob("*.py"), *PACKAGE.glob("templates/*.j2")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_there_is_one_catalogue_for_each_language() -> None:
    assert {path.stem for path in (PACKAGE / "languages").glob("*.toml")} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_the_keys_and_places_of_the_english_one(language: str) -> None:
    english, other = load_words("en").entries, load_words(language).entries
    assert set(other) == set(english)
    assert not [key for key in english if places(english[key]) != places(other[key])]
    assert not [key for key, text in other.items() if not text.strip()]


@pytest.mark.parametrize("section", SETS)
def test_every_member_of_a_closed_set_has_a_word(section: str) -> None:
    entries = load_words("en").entries
    assert not [member for member in SETS[section] if f"{section}.{member}" not in entries]


def test_every_word_that_is_asked_for_is_there_and_none_is_left_over() -> None:
    asked = set(re.findall(r"""\b(?:w|words|_words)\(\s*f?["']([a-z_]+\.[a-z_0-9{}.]+)["']""", sources()))
    entries = set(load_words("en").entries)
    fixed = {key for key in asked if "{" not in key}
    assert fixed <= entries
    assert len(fixed) > 40
    text = sources()
    loose = {key for key in entries - fixed if not is_built(key, text)}
    assert not loose


def is_built(key: str, text: str) -> bool:
    """Whether a key is put together at run time from its section, or named as a plain string."""
    section, _, rest = key.partition(".")
    if section in COUNTED:
        return f'count("{section}"' in text
    is_joined = f'("{section}." ~' in text or f'f"{section}.{{' in text or f"f'{section}.{{" in text
    return f'"{key}"' in text or (
        is_joined and (rest in text or rest in {str(word) for word in SETS.get(section, ())})
    )


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 0, "0 checks"), ("en", 1, "1 check"), ("en", 2, "2 checks"), ("en", 21, "21 checks"),
        ("ru", 0, "0 проверок"), ("ru", 1, "1 проверка"), ("ru", 3, "3 проверки"), ("ru", 11, "11 проверок"),
        ("ru", 12, "12 проверок"), ("ru", 21, "21 проверка"), ("ru", 22, "22 проверки"), ("ru", 111, "111 проверок"),
    ],
)  # fmt: skip
def test_a_number_has_its_noun_in_the_right_form(language: str, number: int, said: str) -> None:
    assert load_words(language).count("checks", number) == said


def test_an_unknown_language_is_a_usage_error_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="language is 'xx'; expected one of en, ru"):
        load_words("xx")


def test_a_text_without_the_language_is_shown_in_english_and_without_any_not_at_all() -> None:
    words = load_words("ru")
    assert words.pick({"en": "one", "ru": "один"}) == "один"
    assert words.pick({"en": "one"}) == "one"
    assert words.pick({}) == ""
