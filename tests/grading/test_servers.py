"""HTTP submissions: started by a command, restarted, with a database of their own, or not started at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.catalogue import find_catalogue
from grader.score_sheet import ScoreSheet
from grader.verification import compare
from grader.words import Verdict
from sandbox import Engine
from tests.grading.whole import grade_folder

GREETER = Path(__file__).parent / "greeter"
PLAIN = GREETER / "reference_solutions" / "greeter" / "accepted" / "plain"
CATALOGUE = find_catalogue(GREETER / "challenges")
pytestmark = pytest.mark.engine


def grade_greeter(folder: Path, engine: Engine) -> ScoreSheet:
    return grade_folder(folder, CATALOGUE, CATALOGUE.load("greeter"), engine)


def outcomes(sheet: ScoreSheet) -> dict[str, str]:
    return {check.id: check.outcome.value for criterion in sheet.criteria for check in criterion.checks}


def test_servers_are_judged_as_expected_of_them(engine: Engine) -> None:
    for solution in CATALOGUE.solutions(CATALOGUE.load("greeter")):
        sheet = grade_greeter(solution.folder, engine)
        assert compare(solution, sheet).differences == (), outcomes(sheet)


def test_a_command_of_the_submission_s_own_is_split_without_a_shell(engine: Engine, tmp_path: Path) -> None:
    shutil.copyfile(PLAIN / "app.py", tmp_path / "server.py")
    command = "python -m uvicorn 'server:app' --host ${HOST} --port=$PORT --log-level warning"
    (tmp_path / "submission.toml").write_text(f'[run]\ncommand = "{command}"\n', encoding="utf-8")
    assert grade_greeter(tmp_path, engine).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("raise RuntimeError('no configuration')\n", "no configuration"),
        ("import nowhere_to_be_found\n", "nowhere_to_be_found"),
        ("async def app(scope, receive, send):\n    raise ValueError('never healthy')\n", "health"),
    ],
)
def test_a_server_that_does_not_start_is_a_build_failure_with_its_log(
    engine: Engine, tmp_path: Path, source: str, said: str
) -> None:
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    sheet = grade_greeter(tmp_path, engine)
    assert (sheet.verdict, sheet.total) == (Verdict.BUILD_FAILED, 0)
    assert "\n" not in sheet.summary
    assert said in sheet.summary + sheet.output


def test_a_command_that_is_not_there_is_a_build_failure(engine: Engine, tmp_path: Path) -> None:
    shutil.copyfile(PLAIN / "app.py", tmp_path / "app.py")
    (tmp_path / "submission.toml").write_text(
        '[run]\ncommand = "no-such-server --port $PORT"\n', encoding="utf-8"
    )
    assert grade_greeter(tmp_path, engine).verdict is Verdict.BUILD_FAILED
