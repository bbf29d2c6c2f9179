"""Every challenge that ships holds together: statements, manifest, hidden suite and reference solutions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from grader.catalogue import ReferenceSolution, find_catalogue, marked_checks
from grader.challenge import Challenge
from tests.challenges import coherence

CATALOGUE = find_catalogue()
CHALLENGES = [CATALOGUE.load(name) for name in CATALOGUE.names()]
SOLUTIONS = [solution for challenge in CHALLENGES for solution in CATALOGUE.solutions(challenge)]
SHAPES = (coherence.headings, coherence.code_blocks, coherence.code_in_first_cells)
LANGUAGES = ("en", "ru")


def challenge_id(challenge: Challenge) -> str:
    return challenge.id


def solution_id(solution: ReferenceSolution) -> str:
    return f"{solution.challenge}-{solution.name}"


@pytest.fixture(params=CHALLENGES, ids=challenge_id)
def challenge(request: pytest.FixtureRequest) -> Challenge:
    loaded: Challenge = request.param
    return loaded


@pytest.mark.parametrize("solution", SOLUTIONS, ids=solution_id)
def test_the_folder_is_the_expected_verdict(solution: ReferenceSolution) -> None:
    assert coherence.is_filed_rightly(solution)


def test_every_judged_check_is_failed_by_a_reference_solution(challenge: Challenge) -> None:
    assert coherence.unproven_checks(challenge, CATALOGUE.solutions(challenge)) == set()


def test_the_suite_has_a_test_for_every_check_and_none_for_others(challenge: Challenge) -> None:
    wanted = {check.id for check in challenge.checks if check.by == "suite"}
    assert marked_checks(challenge.folder / "hidden") == wanted


def test_every_hidden_test_is_marked(challenge: Challenge) -> None:
    assert coherence.wrongly_marked_tests(challenge.folder / "hidden") == []


def test_measurements_of_the_suite_are_those_of_the_manifest(challenge: Challenge) -> None:
    limits = {check.measurement.id for check in challenge.checks if check.measurement}
    assert coherence.measured_figures(challenge.folder / "hidden") == limits


def test_the_users_of_the_load_are_those_that_the_suite_names(challenge: Challenge) -> None:
    assert coherence.absent_users(challenge.folder / "hidden") == set()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_statements_of_both_languages_have_the_same_shape(
    challenge: Challenge, shape: Callable[[str], list[str]]
) -> None:
    english, russian = (shape(challenge.statement(language)) for language in LANGUAGES)
    assert english == russian
    assert len(english) > 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_statement_tells_the_points_of_each_criterion(challenge: Challenge, language: str) -> None:
    told = coherence.told_points(challenge.statement(language))
    assert told == coherence.points_by_title(challenge, language)
