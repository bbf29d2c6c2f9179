"""Reports are written whole or not at all, and a score sheet is read back as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader.errors import UsageError
from grader.report import load_sheet, write_reports
from grader.score_sheet import SourceFile
from tests.report.sheets import SHEETS, build_failed, middling, senior, sheet

ROOT = Path(__file__).parent.parent.parent
NAMES = {"report.html", "candidate.html", "summary.md", "junit.xml", "score_sheet.json"}


@pytest.mark.parametrize("kind", SHEETS)
def test_a_sheet_is_read_back_as_it_was_written(kind: str, tmp_path: Path) -> None:
    paths = write_reports(SHEETS[kind](), tmp_path / "made" / "here")
    assert {path.name for path in paths} == NAMES
    assert {path.name for path in (tmp_path / "made" / "here").iterdir()} == NAMES
    assert load_sheet(tmp_path / "made" / "here") == SHEETS[kind]()
    assert load_sheet(paths[-1]) == SHEETS[kind]()


def test_reports_written_before_are_replaced_and_other_files_left_alone(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine")
    (tmp_path / ".report.html.part").write_text("left by a killed grader")
    write_reports(build_failed(), tmp_path)
    write_reports(senior(), tmp_path, "ru")
    assert {path.name for path in tmp_path.iterdir()} == NAMES | {"own.txt"}
    assert "Что не пройдено" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert load_sheet(tmp_path) == senior()


def test_a_link_in_the_place_of_a_report_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("untouched")
    folder = tmp_path / "reports"
    folder.mkdir()
    for name in (".junit.xml.part", "junit.xml"):
        (folder / name).symlink_to(target)
    write_reports(senior(), folder)
    assert target.read_text() == "untouched"
    assert not (folder / "junit.xml").is_symlink()


def test_a_file_name_that_is_no_unicode_does_not_stop_the_reports(tmp_path: Path) -> None:
    graded = sheet(files=(SourceFile(path="\udcff.py", text="x = 1\n"),))
    write_reports(graded, tmp_path)
    assert load_sheet(tmp_path).files[0].path == "?.py"


def run(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_disk_without_room_leaves_the_reports_as_they_were(tmp_path: Path) -> None:
    """The kernel's limit on a file's size stands in for the disk's end: writing fails half-way, as there."""
    write_reports(build_failed(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    script = (
        "import resource, sys; from pathlib import Path\n"
        "from grader.errors import GradingFailed; from grader.report import write_reports\n"
        "from tests.report.sheets import middling\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (16_000, 16_000))\n"
        "try: write_reports(middling(), Path(sys.argv[1]))\n"
        "except GradingFailed as error: print(error)\n"
    )
    said, complaints = run(script, tmp_path).communicate(timeout=60)
    assert "the reports could not be written" in said, complaints
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_grader_killed_at_any_moment_leaves_only_whole_reports(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from grader.report import write_reports\n"
        "from tests.report.sheets import build_failed, middling\n"
        "sheets = [middling(), build_failed()]\n"
        "write_reports(sheets[1], Path(sys.argv[1])); print('ready', flush=True)\n"
        "while True:\n    sheets.reverse(); write_reports(sheets[0], Path(sys.argv[1]))\n"
    )
    for pause_s in (0.005, 0.021, 0.037):
        process = run(script, tmp_path)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(pause_s)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        for name in ("report.html", "candidate.html"):
            assert (tmp_path / name).read_text(encoding="utf-8").endswith("</html>\n")
        ET.parse(tmp_path / "junit.xml")
        assert load_sheet(tmp_path) in (middling(), build_failed())
    write_reports(senior(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == NAMES


def test_a_place_that_is_no_folder_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"file: the reports cannot be written: .*expected a folder"):
        write_reports(senior(), tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_a_usage_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="Permission denied"):
        write_reports(senior(), tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file or directory; expected a score_sheet.json that the grader wrote"),
        ("", "the whole file: Invalid JSON"),
        ("[]", "the whole file: Input should be an object"),
        ("{}", "id: Field required"),
        ('{"schema_version": 2}', "schema_version: Input should be 1"),
        ("\x00\x1b[31m", "Invalid JSON"),
    ],
)
def test_a_file_that_is_no_score_sheet_is_a_usage_error_that_says_why(
    content: str | None, said: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "score_sheet.json").write_text(content)
    with pytest.raises(UsageError) as caught:
        load_sheet(tmp_path)
    assert said in str(caught.value)
    assert str(tmp_path / "score_sheet.json") in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_wrong_value_is_named_by_its_place(tmp_path: Path) -> None:
    document = json.loads(senior().to_json())
    document["criteria"][0]["checks"][1]["outcome"] = "skipped"
    (tmp_path / "score_sheet.json").write_text(json.dumps(document))
    with pytest.raises(UsageError, match=r"criteria\.0\.checks\.1\.outcome: Input should be 'passed'"):
        load_sheet(tmp_path)
