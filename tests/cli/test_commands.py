"""The command line as its users meet it: results on standard output, one line for an error, an exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest

from grader.questions import load_bank
from grader.score_sheet import json_schema

COUNTER = Path(__file__).parent.parent / "grading" / "counter"
CHALLENGES = COUNTER / "challenges"
PLAIN = COUNTER / "reference_solutions" / "counter" / "accepted" / "plain"
WRONG = COUNTER / "reference_solutions" / "counter" / "wrong" / "off_by_one"


def grader(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as a user would."""
    command = [sys.executable, "-m", "grader", *map(str, arguments)]
    full = {**os.environ, "GRADER_CHALLENGES": str(CHALLENGES), "COLUMNS": "100", **environment}
    return subprocess.run(command, capture_output=True, text=True, env=full, timeout=300, check=False)


@pytest.mark.engine
def test_grading_writes_the_sheet_to_standard_output_and_all_reports(tmp_path: Path) -> None:
    solution = tmp_path / "locked" / "solution.py"
    solution.parent.mkdir()
    plain = (PLAIN / "solution.py").read_text(encoding="utf-8")
    solution.write_text(f"{plain}\n\nimport threading\n\nLOCK = threading.Lock()\n", encoding="utf-8")
    done = grader("grade", "counter", solution.parent, "--json", "--out", tmp_path / "out", "--seed", "5")
    assert done.returncode == 0, done.stderr
    sheet = json.loads(done.stdout)
    jsonschema.validate(sheet, json_schema())
    assert (sheet["verdict"], sheet["environment"]["seed"]) == ("accepted", 5)
    asked = [item["why"]["en"] for item in sheet["follow_ups"]]
    assert any("worth explaining" in why for why in asked)
    assert any("the code has threading.Lock (solution.py:" in why for why in asked)
    assert any("Senior is the level reached" in why for why in asked)
    names = {"score_sheet.json", "report.html", "candidate.html", "summary.md", "junit.xml"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert json.loads((tmp_path / "out" / "score_sheet.json").read_text(encoding="utf-8")) == sheet
    again = grader("report", tmp_path / "out", "--lang", "ru")
    assert again.returncode == 0
    assert "Счётчик" in again.stdout


@pytest.mark.engine
def test_a_total_under_the_asked_one_exits_with_1() -> None:
    done = grader("grade", "counter", WRONG, "--fail-under", "95")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert grader("grade", "counter", WRONG, "--fail-under", "20").returncode == 0


@pytest.mark.engine
def test_verify_tells_differences_and_exits_with_1(tmp_path: Path) -> None:
    good = grader("verify", "counter")
    assert good.returncode == 0, good.stdout + good.stderr
    assert "1 of 1 faulty solutions caught" in good.stdout
    named = grader("verify", "counter", "--named", "--only", "wrong/*")
    assert named.returncode == 0, named.stdout + named.stderr
    for folder in ("challenges", "reference_solutions"):
        subprocess.run(["cp", "-r", COUNTER / folder, tmp_path / folder], check=True)
    expected = tmp_path / "reference_solutions/counter/wrong/off_by_one/expected.toml"
    expected.write_text('verdict = "partial"\nfails = ["adds"]\n', encoding="utf-8")
    bad = grader("verify", "counter", "--only", "wrong/*", "--challenges", tmp_path / "challenges")
    assert bad.returncode == 1
    assert "adds passed, expected to fail" in " ".join(bad.stderr.split())


def test_bad_submissions_exit_with_2_and_one_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    other = tmp_path / "other"
    other.mkdir()
    (other / "main.py").write_text("print()\n", encoding="utf-8")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 not really")
    outside = tmp_path / "outside.zip"
    with zipfile.ZipFile(outside, "w") as archive:
        archive.writestr("../outside.py", "x = 1")
    for submission, said in (
        (empty, "empty"),
        (other, "solution.py"),
        (broken, "broken.zip"),
        (outside, ".."),
        (tmp_path / "nowhere", "nowhere"),
    ):
        done = grader("grade", "counter", submission, "--out", tmp_path / "out")
        assert done.returncode == 2, (submission, done.stderr)
        errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
        assert len(errors) == 1
        assert said in errors[0]
        assert done.stdout == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("grade", "nothing", "."), "there is no challenge 'nothing'"),
        (("grade", "counter"), "Missing argument"),
        (("grade", "counter", ".", "--engine", "chroot"), "chroot"),
        (("grade", "counter", ".", "--fail-under", "200"), "--fail-under"),
        (("report", "/nowhere"), "score_sheet.json is missing"),
        (("show", "nothing"), "there is no challenge"),
        (("challenges", "--challenges", "/nowhere"), "/nowhere is not a folder"),
        (("verify", "counter", "--only", "nothing/*"), "no reference solution"),
        (("questions", "cooking"), "cooking"),
        (("questions", "system_design", "--level", "junior"), "no question of level junior on system_design"),
        (("wat",), "wat"),
    ],
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...], said: str) -> None:
    done = grader(*arguments)
    assert done.returncode == 2, done.stderr
    assert said in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr


def test_a_wrong_challenge_exits_with_2_and_names_the_key(tmp_path: Path) -> None:
    folder = tmp_path / "challenges" / "counter"
    folder.mkdir(parents=True)
    text = (CHALLENGES / "counter" / "challenge.toml").read_text(encoding="utf-8")
    (folder / "challenge.toml").write_text(text.replace("points = 25", "points = -5", 1), encoding="utf-8")
    done = grader("show", "counter", "--challenges", tmp_path / "challenges")
    assert done.returncode == 2
    assert "criteria[1].points is -5" in done.stderr


def test_debug_shows_where_an_error_came_from() -> None:
    done = grader("show", "nothing", "--debug")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_statement_and_list_come_in_both_languages() -> None:
    english = subprocess.run(
        [sys.executable, "-m", "grader", "show", "lru_cache"],
        capture_output=True,
        text=True,
        check=True,
        env={key: value for key, value in os.environ.items() if key != "GRADER_CHALLENGES"},
    ).stdout
    assert "LRUCache" in english
    assert "counter" in grader("challenges").stdout
    assert "Счётчик" in grader("challenges", "--lang", "ru").stdout


def test_the_bank_of_questions_is_listed_whole_or_by_topic_and_level_in_both_languages() -> None:
    whole = grader("questions").stdout
    assert whole.count("\n## ") == 66
    assert all(f"# {topic.title.en}\n" in whole for topic in load_bank().topics)
    isolation = grader("questions", "databases", "--level", "senior", "--lang", "ru").stdout
    assert isolation.startswith("# Базы данных и ORM\n\n## Database connection pooling")
    assert "Настораживает" in isolation
    assert isolation.count("## ") == 3


def test_export_makes_a_repository_without_history_and_without_the_hidden_suite(tmp_path: Path) -> None:
    target = tmp_path / "starter"
    assert grader("export", "counter", target).returncode == 0
    git = ["git", "-C", str(target)]
    commits = subprocess.run(
        [*git, "log", "--format=%an %s"], capture_output=True, text=True, check=True
    ).stdout
    assert commits == "Challenge Starter of counter 1.0.0\n"
    status = subprocess.run(
        [*git, "status", "--porcelain"], capture_output=True, text=True, check=True
    ).stdout
    assert status == ""
    names = {path.name for path in target.iterdir()}
    assert names == {".git", "solution.py", "STATEMENT.md"}
    again = grader("export", "counter", target)
    assert again.returncode == 2
    assert "holds something" in again.stderr


def test_doctor_names_every_engine() -> None:
    done = grader("doctor")
    assert done.returncode in {0, 3}
    assert "docker" in done.stdout
    assert "bubblewrap" in done.stdout


def test_without_an_engine_nothing_is_run_and_the_error_says_why() -> None:
    done = grader("grade", "counter", PLAIN, "--engine", "docker", DOCKER_HOST="unix:///nowhere.sock")
    assert done.returncode == 3
    assert "no sandbox engine works here" in done.stderr
    assert done.stdout == ""


def test_completion_is_offered() -> None:
    done = grader("--show-completion", "bash", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "_COMPLETE=complete_bash" in done.stdout, done.stderr
