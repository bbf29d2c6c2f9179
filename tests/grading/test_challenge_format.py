"""A wrong `challenge.toml` is refused with file, key, what was found and what was expected."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import challenge as challenge_module
from grader import score_sheet as score_sheet_module
from grader.catalogue import find_catalogue, marked_checks
from grader.challenge import load_challenge
from grader.errors import ChallengeError, UsageError
from tests.grading.challenges import CHECKS, CRITERIA, check, document, write_challenge


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the document with one value changed; `path` is dotted, numbers are indices."""
    described = copy.deepcopy(document())
    at: Any = described
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        at = at[part]
    at[last] = value
    return described


WRONG = [
    ("criteria.1.points", -5, "criteria[1].points is -5"),
    ("criteria.1.points", 30, "criteria add up to 105 points; expected 100"),
    ("criteria.0.id", "style", "expected correctness, robustness, performance, quality"),
    ("checks.0.criterion", "style", "names criterion 'style'; expected one of"),
    ("checks.0.weight", 0, "checks[0].weight is 0"),
    ("checks.0.id", "Bad Id", "checks[0].id is 'Bad Id'"),
    ("checks.1.id", "answers", "checks has answers more than once"),
    ("checks.0.label", {"en": "only"}, "checks[0].label.ru"),
    ("checks.0.wieght", 2, "checks[0].wieght"),
    ("checks.4.measurement.zero_at", 1.0, "zero_at is 1.0; expected a number above full_at (2.0)"),
    ("entry", "solution.py", "entry is 'solution.py'"),
    ("kind", "desktop", "kind is 'desktop'"),
    ("version", "1", "version is '1'"),
    ("reference", "wrong/one", "reference is 'wrong/one'"),
    ("format", 2, "format is 2"),
    (
        "services",
        {"migration": "changes.sql"},
        "services migration is 'changes.sql'; expected database = true",
    ),
    ("services", {"database": True, "migration": "../changes.sql"}, "services.migration is '../changes.sql'"),
]


@pytest.mark.parametrize(
    ("path", "value", "said"), WRONG, ids=[f"{path}={value}" for path, value, _ in WRONG]
)
def test_a_wrong_value_is_named_with_its_key(tmp_path: Path, path: str, value: Any, said: str) -> None:
    folder = write_challenge(tmp_path, changed(path, value))
    with pytest.raises(ChallengeError) as caught:
        load_challenge(folder / "tiny")
    assert said in str(caught.value)
    assert str(folder / "tiny" / "challenge.toml") in str(caught.value)


@pytest.mark.parametrize(
    "key", ["id", "version", "title", "kind", "entry", "reference", "criteria", "checks"]
)
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    described = document()
    del described[key]
    folder = write_challenge(tmp_path, described)
    with pytest.raises(ChallengeError, match=key):
        load_challenge(folder / "tiny")


def test_the_folder_has_the_challenge_s_name(tmp_path: Path) -> None:
    folder = write_challenge(tmp_path, document(id="other"))
    with pytest.raises(ChallengeError, match="expected the folder's name, 'tiny'"):
        load_challenge(folder / "tiny")


@pytest.mark.parametrize("missing", ["statement.md", "starter", "hidden", "challenge.toml"])
def test_a_missing_part_is_named(tmp_path: Path, missing: str) -> None:
    folder = write_challenge(tmp_path, document())
    path = folder / "tiny" / missing
    if path.is_dir():
        for child in path.iterdir():
            child.unlink()
        path.rmdir()
    else:
        path.unlink()
    with pytest.raises(ChallengeError, match=missing):
        load_challenge(folder / "tiny")


@given(st.binary(max_size=200))
def test_any_bytes_load_or_are_refused_as_the_author_s_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any") / "tiny"
    folder.mkdir()
    (folder / "challenge.toml").write_bytes(data)
    with pytest.raises(ChallengeError):
        load_challenge(folder)


def test_a_challenge_without_a_failing_reference_does_not_load(tmp_path: Path) -> None:
    folder = write_challenge(tmp_path, document())
    broken = tmp_path / "reference_solutions" / "tiny" / "wrong" / "broken"
    for path in broken.iterdir():
        path.unlink()
    broken.rmdir()
    with pytest.raises(ChallengeError, match="no failing reference solution"):
        find_catalogue(folder).load("tiny")


def test_a_challenge_without_its_reference_does_not_load(tmp_path: Path) -> None:
    folder = write_challenge(tmp_path, document(reference="accepted/other"))
    with pytest.raises(ChallengeError, match="reference is 'accepted/other'"):
        find_catalogue(folder).load("tiny")


def test_an_unknown_challenge_is_answered_with_those_that_are_there(tmp_path: Path) -> None:
    folder = write_challenge(tmp_path, document())
    with pytest.raises(UsageError, match="there are: tiny"):
        find_catalogue(folder).load("huge")


def test_a_check_without_a_test_and_a_test_without_a_check_are_refused(tmp_path: Path) -> None:
    described = document(checks=[*CHECKS, check("extra", "correctness")])
    folder = write_challenge(tmp_path, described)
    suite = folder / "tiny" / "hidden" / "test_tiny.py"
    text = suite.read_text(encoding="utf-8")
    assert marked_checks(suite.parent) == {"answers", "order", "errors", "speed", "extra"}
    suite.write_text(text.replace('"extra"', '"other"').replace("'extra'", "'other'"), encoding="utf-8")
    with pytest.raises(ChallengeError, match=r"extra: listed in challenge\.toml, but no test"):
        find_catalogue(folder).load("tiny")


def test_points_of_a_criterion_are_shared_by_weight(tmp_path: Path) -> None:
    loaded = load_challenge(write_challenge(tmp_path, document()) / "tiny")
    points = {item.id: loaded.check_points(item) for item in loaded.checks}
    assert points["answers"] == pytest.approx(30)
    assert points["order"] == pytest.approx(10)
    assert sum(points.values()) == pytest.approx(sum(item["points"] for item in CRITERIA))  # type: ignore[misc]


@pytest.mark.parametrize("module", [challenge_module, score_sheet_module])
def test_the_published_schema_is_the_code_s(module: Any) -> None:
    published = Path(module.__file__).with_suffix(".schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == module.json_schema(), "run make schemas"


def test_every_challenge_that_ships_loads() -> None:
    catalogue = find_catalogue()
    for name in catalogue.names():
        challenge = catalogue.load(name)
        assert catalogue.solutions(challenge)
        assert len(catalogue.samples(challenge)) >= 2
