"""Questions are chosen by what was found, each with its reason; the same findings give the same questions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.catalogue import find_catalogue
from grader.challenge import Challenge
from grader.evidence import BuildFailed, Evidence, FactSeen, MeasurementResult, TestResult
from grader.inspector.facts import FACTS
from grader.questions import choose, load_bank
from grader.questions.bank import Topic
from grader.questions.choice import MOST, MOST_OF_A_TOPIC, MOST_OF_CHECKS, MOST_OF_CODE
from grader.score_sheet import FollowUp
from grader.scoring import score
from grader.words import CheckOutcome, Level, Tag
from tests.grading.challenges import challenge

BANK = load_bank()
CATALOGUE = find_catalogue()
SHIPPED = {name: CATALOGUE.load(name) for name in CATALOGUE.names()}
GUIDE = {question.question.en: question for topic in BANK.topics for question in topic.questions}
PLACES = ("{label}", "{name}", "{place}", "{topic}", "{level}", "{tag}")
NEXT = {
    Level.BELOW: {Level.JUNIOR},
    Level.JUNIOR: {Level.JUNIOR, Level.MIDDLE},
    Level.MIDDLE: {Level.MIDDLE, Level.SENIOR},
    Level.SENIOR: {Level.SENIOR},
}


def fact(kind: str, name: str = "something", line: int = 7) -> FactSeen:
    return FactSeen(id=kind, name=name, path="app.py", line=line)


def questions(
    what: Challenge,
    *facts: FactSeen,
    level: Level = Level.MIDDLE,
    failed: tuple[str, ...] = (),
    stopped: BuildFailed | None = None,
) -> tuple[FollowUp, ...]:
    """Return the questions where everything passed but for some checks, at a level."""
    tests = tuple(
        TestResult(check=check.id, outcome=CheckOutcome.FAILED if check.id in failed else CheckOutcome.PASSED)
        for check in what.checks
    )
    measured = tuple(
        MeasurementResult(id=check.measurement.id, unit="x", ratio=0.01)
        for check in what.checks
        if check.measurement
    )
    scored = score(what, Evidence(tests=tests, measurements=measured, build_failure=stopped))
    return choose(what, replace(scored, level=level), facts, BANK)


def of_guide(asked: tuple[FollowUp, ...]) -> list[FollowUp]:
    return [item for item in asked if item.topic]


def of_code(asked: tuple[FollowUp, ...]) -> list[FollowUp]:
    return [item for item in asked if not item.check and not item.topic]


@given(
    name=st.sampled_from(sorted(SHIPPED)),
    kinds=st.lists(st.sampled_from(sorted(FACTS)), max_size=len(FACTS)),
    level=st.sampled_from(Level),
    data=st.data(),
)
def test_few_questions_none_twice_always_in_the_same_order(
    name: str, kinds: list[str], level: Level, data: st.DataObject
) -> None:
    what = SHIPPED[name]
    ids = [check.id for check in what.checks]
    failed = tuple(data.draw(st.lists(st.sampled_from(ids), max_size=9, unique=True)))
    facts = [fact(kind) for kind in kinds]
    asked = questions(what, *facts, level=level, failed=failed)
    assert len(asked) <= MOST
    assert len({item.question["en"] for item in asked}) == len(asked)
    assert asked == questions(what, *facts, level=level, failed=failed)
    kinds_in_order = [0 if item.check else 2 if item.topic else 1 for item in asked]
    assert kinds_in_order == sorted(kinds_in_order)
    for item in asked:
        assert all(text["en"] and text["ru"] for text in (item.question, item.why, item.good_answer))
        assert not any(place in text for text in item.why.values() for place in PLACES)


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_challenge_has_questions_of_the_guide_at_every_level(name: str, level: Level) -> None:
    asked = of_guide(questions(SHIPPED[name], level=level))
    assert len(asked) >= 3
    assert {item.level for item in asked} == NEXT[level]


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("tag", Tag)
def test_questions_of_the_guide_suit_the_challenge_at_the_level_reached_and_the_next(
    tag: Tag, level: Level
) -> None:
    asked = of_guide(questions(challenge(tags=[tag]), level=level))
    for item in asked:
        found = GUIDE[item.question["en"]]
        assert tag in found.tags
        assert item.level is found.level
        assert found.level in NEXT[level]
        assert item.topic != Topic.SOFT_SKILLS
    topics = [item.topic for item in asked]
    assert all(topics.count(topic) <= MOST_OF_A_TOPIC for topic in topics)


def test_a_question_of_the_guide_says_topic_level_and_what_it_suits() -> None:
    asked = of_guide(questions(challenge(tags=["transactions"]), level=Level.MIDDLE))
    (isolation,) = [item for item in asked if "isolation levels" in item.question["en"]]
    assert isolation.why == {
        "en": "Databases and ORM; Senior is the level to reach next; the challenge is about transactions",
        "ru": "Базы данных и ORM; следующий уровень — Senior; задание касается темы «транзакции»",
    }
    reached = of_guide(questions(challenge(tags=["transactions"]), level=Level.SENIOR))
    assert "Senior is the level reached" in reached[0].why["en"]


def test_a_fact_gives_its_own_question_with_the_place_and_leads_to_the_guide_s() -> None:
    asked = questions(challenge(tags=["testing"]), fact("row_lock", "FOR UPDATE", 12), level=Level.SENIOR)
    (own,) = of_code(asked)
    assert own.question["en"].startswith("Here rows are locked")
    assert own.why["en"] == "the code has FOR UPDATE (app.py:12)"
    led = [item for item in of_guide(asked) if "isolation levels" in item.question["en"]]
    assert [item.why["en"].partition("; ")[2] for item in led] == [
        "Senior is the level reached; the code has FOR UPDATE"
    ]


def test_of_facts_of_one_kind_the_first_counts_and_of_one_subject_one_is_asked_about() -> None:
    facts = (
        fact("upsert", "first", 1),
        fact("upsert", "second", 2),
        fact("row_lock", "third", 3),
        fact("heap"),
    )
    asked = of_code(questions(challenge(), *facts))
    assert [item.why["en"] for item in asked] == [
        "the code has third (app.py:3)",
        "the code has something (app.py:7)",
    ]


def test_braces_in_what_the_candidate_wrote_are_only_text() -> None:
    (asked,) = of_code(questions(challenge(), fact("isolation_level", "{0} {label}")))
    assert asked.why["en"] == "the code has {0} {label} (app.py:7)"


def test_a_fact_that_the_bank_does_not_know_is_left_aside() -> None:
    assert questions(challenge(), fact("unheard")) == questions(challenge())


def test_what_failed_comes_first_with_its_label_and_hint() -> None:
    what = SHIPPED["lru_cache"]
    asked = questions(what, fact("lock"), failed=("stored_none",))
    check = next(check for check in what.checks if check.id == "stored_none")
    assert asked[0].check == "stored_none"
    assert asked[0].question == check.follow_up.model_dump()
    assert asked[0].good_answer == check.hint.model_dump()
    assert asked[0].why["en"] == f"“{check.label.en}” failed"
    assert asked[0].why["ru"] == f"не пройдено: «{check.label.ru}»"
    assert "worth explaining" in asked[1].why["en"]


def test_what_could_not_be_run_is_not_called_failed() -> None:
    asked = choose(challenge(), score(challenge(), Evidence()), (), BANK)
    assert asked[0].why == {"en": "“text” could not be run", "ru": "не удалось выполнить: «текст»"}


def test_many_failures_and_facts_leave_room_for_the_guide() -> None:
    what = SHIPPED["lru_cache"]
    failed = tuple(check.id for check in what.checks)
    asked = questions(what, *map(fact, sorted(FACTS)), failed=failed, level=Level.JUNIOR)
    assert [len([item for item in asked if item.check]), len(of_code(asked))] == [
        MOST_OF_CHECKS,
        MOST_OF_CODE,
    ]
    assert [item.level for item in of_guide(asked)] == [Level.JUNIOR, Level.MIDDLE]


def test_what_did_not_start_is_asked_about_by_its_checks_alone() -> None:
    asked = questions(challenge(), fact("lock"), stopped=BuildFailed(message="no module"))
    assert asked
    assert all(item.check for item in asked)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tags": ["security", "http"]}, (Tag.SECURITY, Tag.HTTP)),
        ({}, (Tag.CONTAINERS, Tag.PROFILING, Tag.TESTING)),
        ({"kind": "http", "command": "x"}, (Tag.HTTP, Tag.FRAMEWORKS, Tag.TESTING)),
        (
            {"kind": "http", "command": "x", "services": {"database": True}},
            (Tag.DATABASES, Tag.QUERIES, Tag.TRANSACTIONS, Tag.HTTP, Tag.FRAMEWORKS, Tag.TESTING),
        ),
    ],
)
def test_a_challenge_is_about_its_tags_else_about_what_it_is_made_of(
    changes: dict[str, object], expected: tuple[Tag, ...]
) -> None:
    assert challenge(**changes).subjects == expected


def test_a_tag_that_there_is_not_is_the_author_s_error() -> None:
    with pytest.raises(ValueError, match=r"tags\.0"):
        challenge(tags=["unheard"])
