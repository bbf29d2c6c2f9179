"""Asks every check that a challenge lists, in its order, and gives the lines that answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grader.inspector.allowed_imports import check_imports
from grader.inspector.annotations import check_annotations
from grader.inspector.complexity import check_complexity
from grader.inspector.dead_code import check_dead_code
from grader.inspector.duplication import check_duplication
from grader.inspector.facts import facts_of
from grader.inspector.finding import Answer, answer_line, fact_line, flag_line
from grader.inspector.inspection import FACTS, Inspection
from grader.inspector.lint import check_lint
from grader.inspector.own_tests import check_tests
from grader.inspector.readme import check_readme
from grader.inspector.subject import Subject
from grader.inspector.traces import TRACES, find_traces

_CHECKS: dict[str, Callable[[Subject], Answer]] = {
    "lint": check_lint,
    "complexity": check_complexity,
    "annotations": check_annotations,
    "dead_code": check_dead_code,
    "duplication": check_duplication,
    "tests_present": check_tests,
    "readme": check_readme,
}


def answer_all(inspection: Inspection, announce: Callable[[str], None], refused: frozenset[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield each check and the lines that answer it, as soon as it is answered; facts and traces come last."""
    subject = Subject(inspection, announce, refused)
    for check in inspection.checks:
        if check == "allowed_imports":
            answer, flags = check_imports(subject)
            yield check, [answer_line(answer), *(flag_line(flag) for flag in flags)]
        else:
            yield check, [answer_line(_CHECKS[check](subject))]
    yield FACTS, [fact_line(fact.id, fact.name, fact.path, fact.line) for fact in facts_of(subject)]
    yield TRACES, [flag_line(flag) for flag in find_traces(subject)]
