"""The bank holds all of the guide's questions, in both languages, and says what is wrong with a file of it."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

import grader.questions
from grader.errors import ChallengeError
from grader.inspector.facts import FACTS
from grader.questions import load_bank
from grader.questions.bank import Topic
from grader.words import Level, Tag

BANK = load_bank()
SHIPPED = Path(grader.questions.__file__).parent
QUESTIONS = [(topic, question) for topic in BANK.topics for question in topic.questions]
ENTRIES = {question.id: question for _, question in QUESTIONS} | {item.fact: item for item in BANK.code}

# What the interview guide asks: a basic question, one that goes deeper and three for experts on each topic, a system
# to design with five sides to it, and five questions on working with others.
USUAL = {Level.JUNIOR: 1, Level.MIDDLE: 1, Level.SENIOR: 3}
GUIDE = dict.fromkeys(Topic, USUAL) | {Topic.SYSTEM_DESIGN: {Level.SENIOR: 6}, Topic.SOFT_SKILLS: {None: 5}}

CYRILLIC = re.compile("[\u0400-\u04ff]")


@pytest.mark.parametrize("topic", Topic)
def test_a_topic_has_the_guide_s_questions_at_each_level(topic: Topic) -> None:
    assert Counter(question.level for one, question in QUESTIONS if one.topic is topic) == GUIDE[topic]


def test_the_bank_has_all_66_questions_once_in_the_guide_s_order() -> None:
    assert len(QUESTIONS) == len({question.id for _, question in QUESTIONS}) == 66
    assert len({question.question.en for _, question in QUESTIONS}) == 66
    assert [topic.topic for topic in BANK.topics] == list(Topic)


@pytest.mark.parametrize("name", ENTRIES)
def test_a_question_and_its_good_answer_are_there_in_both_languages(name: str) -> None:
    entry = ENTRIES[name]
    for text in (entry.question, entry.good_answer):
        assert not CYRILLIC.search(text.en)
        assert CYRILLIC.search(text.ru) or text is entry.question  # «GraphQL vs REST» is Russian enough


@pytest.mark.parametrize("name", ENTRIES)
def test_a_good_answer_is_told_in_a_few_sentences_that_end_in_a_warning_sign(name: str) -> None:
    answer = ENTRIES[name].good_answer
    for text, warning in ((answer.en, "Warning sign: "), (answer.ru, "Настора")):
        told, found, sign = text.partition(warning)
        assert found
        assert sign.endswith(".")
        assert 1 <= len(re.findall(r"[.:;!?](?:\s|$)", told)) <= 9
        assert 100 < len(text) < 600


def test_every_tag_is_asked_about_at_some_level_and_named_in_both_languages() -> None:
    asked = {tag for _, question in QUESTIONS for tag in question.tags}
    assert asked == set(Tag) == set(BANK.reasons.tags)


def test_every_fact_that_the_inspector_names_has_its_question() -> None:
    assert [item.fact for item in BANK.code] == list(dict.fromkeys(item.fact for item in BANK.code))
    assert {item.fact for item in BANK.code} == FACTS


def test_code_in_a_question_is_the_same_for_every_reader() -> None:
    shown = [question.code for _, question in QUESTIONS if question.code]
    assert len(shown) == 11
    assert not [code for code in shown if CYRILLIC.search(code) or code != code.strip("\n") + "\n"]


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """Return a copy of the shipped bank that a test may spoil."""
    return Path(
        shutil.copytree(SHIPPED, tmp_path / "bank", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    )


def test_a_bank_may_lie_anywhere(bank: Path) -> None:
    assert load_bank(bank) == BANK


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("topics/security.toml", 'level = "junior"', 'level = "guru"', "questions[0].level is 'guru'; input"),
        ("topics/security.toml", 'level = "junior"\n', "", "questions[0].level is missing; expected one for every"),
        ("topics/security.toml", 'tags = ["security", "http"]', "tags = []", "questions[0].tags is missing"),
        ("topics/security.toml", 'tags = ["security", "http"]', 'tags = ["x"]', "questions[0].tags[0] is 'x'"),
        ("topics/security.toml", "question.ru =", "question.fr =", "questions[0].question.ru field required"),
        ("topics/security.toml", 'id = "owasp"', 'id = "OWASP"', "questions[0].id is 'OWASP'"),
        ("topics/security.toml", 'id = "owasp"', 'id = "solid"', "id 'solid' is there more than once"),
        ("topics/security.toml", 'topic = "security"', 'topic = "testing"', "expected the file's name, 'security'"),
        ("topics/security.toml", 'topic = "security"', "topic = ", "not TOML"),
        ("code.toml", 'fact = "row_lock"', 'fact = "upsert"', "fact 'upsert' is there more than once"),
        ("reasons.toml", "scaling = {", "# scaling = {", "tags.scaling is missing; expected words for every tag"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_an_error_that_names_file_key_and_expectation(
    bank: Path, file: str, old: str, new: str, said: str
) -> None:
    path = bank / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ChallengeError) as caught:
        load_bank(bank)
    assert said in str(caught.value)
    assert str(path) in str(caught.value) or str(path.parent) in str(caught.value)


@pytest.mark.parametrize("file", ["topics/testing.toml", "code.toml", "reasons.toml"])
def test_a_missing_file_is_an_error_that_names_it(bank: Path, file: str) -> None:
    (bank / file).unlink()
    with pytest.raises(ChallengeError, match=rf"{Path(file).name} is missing; expected a"):
        load_bank(bank)
