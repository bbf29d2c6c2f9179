"""The choice of questions, by what was found: what failed, what the code does, then the guide's topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.challenge import Challenge, LocalText
from grader.evidence import FactSeen
from grader.questions.bank import Bank, CodeQuestion, Question, Reasons, TopicFile
from grader.score_sheet import FollowUp, Text
from grader.scoring import Score
from grader.words import CheckOutcome, Level, Tag, Verdict

MOST = 8
"""Questions in all; an interview has time for no more."""

MOST_OF_CHECKS = 4
MOST_OF_CODE = 2
MOST_OF_A_TOPIC = 2

_LADDER = (Level.BELOW, Level.JUNIOR, Level.MIDDLE, Level.SENIOR)


def choose(
    challenge: Challenge, scored: Score, facts: Iterable[FactSeen], bank: Bank
) -> tuple[FollowUp, ...]:
    """Return at most `MOST` questions in the order to ask them, each with the reason why it was chosen.

    First those of the checks that lost most, then what the code gives reason to ask, then questions of the guide
    that suit both, at the level reached and the next one. The same findings give the same questions. What did not
    start has no code to speak of and reached no level: the checks' own questions are all there is.
    """
    if scored.verdict is Verdict.BUILD_FAILED:
        return scored.follow_ups
    found = tuple(_pair(bank.code, facts))
    asked = [*_of_checks(challenge, scored, bank.reasons), *_of_code(found, bank.reasons)]
    grounds = _grounds(challenge, found, bank.reasons)
    return (*asked, *_of_topics(bank, scored.level, grounds, MOST - len(asked)))


def _pair(
    questions: tuple[CodeQuestion, ...], facts: Iterable[FactSeen]
) -> Iterator[tuple[CodeQuestion, FactSeen]]:
    """Yield the questions that a fact gives reason for, each with the first such fact, in the bank's order."""
    first: dict[str, FactSeen] = {}
    for fact in facts:
        first.setdefault(fact.id, fact)
    yield from ((question, first[question.fact]) for question in questions if question.fact in first)


def _of_checks(challenge: Challenge, scored: Score, reasons: Reasons) -> list[FollowUp]:
    said = {CheckOutcome.PASSED: reasons.check.passed, CheckOutcome.NOT_RUN: reasons.check.not_run}
    checks = {check.id: check for check in challenge.checks}
    records = {record.id: record for criterion in scored.criteria for record in criterion.checks}
    chosen = []
    for item in scored.follow_ups[:MOST_OF_CHECKS]:
        reason = said.get(records[item.check].outcome, reasons.check.failed)
        check = checks[item.check]
        update = {"why": _fill(reason, label=check.label), "good_answer": check.hint.model_dump()}
        chosen.append(item.model_copy(update=update))
    return chosen


def _of_code(found: tuple[tuple[CodeQuestion, FactSeen], ...], reasons: Reasons) -> list[FollowUp]:
    """Ask about the code, of each subject once."""
    chosen: dict[Tag, FollowUp] = {}
    for question, fact in found:
        place = f"{fact.path}:{fact.line}"
        follow_up = FollowUp(
            check="",
            question=question.question.model_dump(),
            why=_fill(reasons.code.has, name=fact.name, place=place),
            good_answer=question.good_answer.model_dump(),
        )
        chosen.setdefault(question.tags[0], follow_up)
    return list(chosen.values())[:MOST_OF_CODE]


def _grounds(
    challenge: Challenge, found: tuple[tuple[CodeQuestion, FactSeen], ...], reasons: Reasons
) -> dict[Tag, Text]:
    """Return what there is to ask about, the challenge's subjects first, each with the reason in words."""
    grounds = {tag: _fill(reasons.ground.challenge, tag=reasons.tags[tag]) for tag in challenge.subjects}
    for question, fact in found:
        for tag in question.tags:
            grounds.setdefault(tag, _fill(reasons.ground.code, name=fact.name))
    return grounds


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A question of the guide that suits, and the subject by which it does."""

    topic: TopicFile
    question: Question
    subject: Tag


def _of_topics(bank: Bank, reached: Level, grounds: dict[Tag, Text], room: int) -> list[FollowUp]:
    levels = [level for level in (reached, _next(reached)) if level and level is not Level.BELOW]
    waiting = {level: _suiting(bank, level, grounds) for level in levels}
    chosen: list[FollowUp] = []
    asked: Counter[str] = Counter()
    while len(chosen) < room and any(waiting.values()):
        for level in levels:
            item = next((one for one in waiting[level] if asked[one.topic.topic] < MOST_OF_A_TOPIC), None)
            if item is None:
                waiting[level] = []
                continue
            waiting[level].remove(item)
            asked[item.topic.topic] += 1
            chosen.append(_follow_up(item, level, reached, grounds, bank.reasons))
    return chosen[:room]


def _next(level: Level) -> Level | None:
    place = _LADDER.index(level) + 1
    return _LADDER[place] if place < len(_LADDER) else None


def _suiting(bank: Bank, level: Level, grounds: dict[Tag, Text]) -> list[_Candidate]:
    """Return the questions of a level that suit: the best of every subject first, then the second best, and so on."""
    rank = {tag: place for place, tag in enumerate(grounds)}
    fitting = []
    for topic in bank.topics:
        for question in topic.questions:
            subjects = [tag for tag in question.tags if tag in rank]
            if question.level is level and subjects:
                is_aside = subjects[0] is not question.tags[0]
                key = (rank[subjects[0]], is_aside, -len(subjects))
                fitting.append((key, _Candidate(topic, question, subjects[0])))
    before: Counter[Tag] = Counter()
    ordered: list[tuple[int, _Candidate]] = []
    for _, candidate in sorted(fitting, key=lambda item: item[0]):
        ordered.append((before[candidate.subject], candidate))
        before[candidate.subject] += 1
    return [candidate for _, candidate in sorted(ordered, key=lambda item: item[0])]


def _follow_up(
    item: _Candidate, level: Level, reached: Level, grounds: dict[Tag, Text], reasons: Reasons
) -> FollowUp:
    reason = reasons.level.reached if level is reached else reasons.level.next
    said = _fill(reason, topic=item.topic.title, level=level.value.capitalize())
    ground = grounds[item.subject]
    return FollowUp(
        check="",
        question=item.question.question.model_dump(),
        why={language: f"{text}; {ground[language]}" for language, text in said.items()},
        good_answer=item.question.good_answer.model_dump(),
        code=item.question.code,
        topic=item.topic.topic,
        level=level,
    )


def _fill(template: LocalText, **values: LocalText | str) -> Text:
    """Fill a text's places in each language."""
    filled = {}
    for language, text in template.model_dump().items():
        words = {
            key: value if isinstance(value, str) else getattr(value, language)
            for key, value in values.items()
        }
        filled[language] = text.format(**words)
    return filled
