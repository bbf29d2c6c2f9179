"""Environments: made once, complete or not there, and named after what they are made from."""

from __future__ import annotations

import hashlib
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest

from sandbox import Image, ImageError
from sandbox.environments import Environments, cache_folder


@pytest.fixture
def locks(tmp_path: Path) -> Path:
    """Lock files that name no package, so that nothing is downloaded."""
    folder = tmp_path / "locks"
    folder.mkdir()
    for image in Image:
        (folder / f"{image}.txt").write_text("# nothing\n")
    return folder


@pytest.fixture
def environments(tmp_path: Path, locks: Path) -> Environments:
    return Environments(tmp_path / "cache", locks)


def test_an_environment_is_built_once_and_runs(environments: Environments) -> None:
    said: list[str] = []
    assert not environments.is_ready(Image.CANDIDATE)
    folder = environments.build(Image.CANDIDATE, said.append)
    assert environments.require(Image.CANDIDATE) == folder
    python = folder / "bin/python"
    command = [str(python), "-c", "import sys; print(sys.prefix)"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == str(folder)
    has_pip = subprocess.run([str(python), "-m", "pip"], capture_output=True, check=False).returncode == 0
    assert not has_pip, "a sandbox installs nothing"

    made = (folder / ".complete").stat().st_mtime_ns
    assert environments.build(Image.CANDIDATE, said.append) == folder
    assert (folder / ".complete").stat().st_mtime_ns == made
    assert "current" in said[-1]


def test_another_lock_file_is_another_environment_and_the_old_one_is_removed(
    environments: Environments, locks: Path
) -> None:
    old = environments.build(Image.CANDIDATE, lambda _: None)
    (locks / "candidate.txt").write_text("# nothing, said differently\n")
    assert environments.folder(Image.CANDIDATE) != old
    assert not environments.is_ready(Image.CANDIDATE)
    assert environments.remove_old(lambda _: None) == 1
    assert not old.exists()


def test_what_a_killed_builder_left_is_made_anew(environments: Environments) -> None:
    folder = environments.folder(Image.EXAMINER)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin/half").write_text("half")
    assert not environments.is_ready(Image.EXAMINER)
    environments.build(Image.EXAMINER, lambda _: None)
    assert not (folder / "bin/half").exists()


def test_two_builders_at_once_make_one(environments: Environments) -> None:
    said: list[str] = []
    builders = [
        threading.Thread(target=environments.build, args=(Image.CANDIDATE, said.append)) for _ in range(2)
    ]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert len([line for line in said if "built in" in line]) == 1
    assert len([line for line in said if "is current" in line]) == 1


def test_a_missing_environment_says_how_to_build_it(environments: Environments) -> None:
    with pytest.raises(ImageError, match="python -m sandbox images --engine bubblewrap"):
        environments.require(Image.CANDIDATE)


def test_a_package_that_cannot_be_installed_is_an_error_in_pips_words_and_nothing_is_ready(
    environments: Environments, locks: Path, tmp_path: Path
) -> None:
    (locks / "candidate.txt").write_text(
        f"{tmp_path}/missing-1.0-py3-none-any.whl --hash=sha256:{'0' * 64}\n"
    )
    with pytest.raises(ImageError, match=r"could not install candidate\.txt .*missing-1\.0"):
        environments.build(Image.CANDIDATE, lambda _: None)
    assert not environments.is_ready(Image.CANDIDATE)


def test_a_package_without_a_hash_is_refused(environments: Environments, locks: Path, tmp_path: Path) -> None:
    (locks / "candidate.txt").write_text(f"{tiny_wheel(tmp_path)}\n")
    with pytest.raises(ImageError, match="hash"):
        environments.build(Image.CANDIDATE, lambda _: None)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"GRADER_CACHE": "/a"}, "/a"),
        ({"XDG_CACHE_HOME": "/b"}, "/b/coding-challenge-grader"),
        ({"HOME": "/c"}, "/c/.cache/coding-challenge-grader"),
    ],
)
def test_the_cache_is_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], expected: str
) -> None:
    for name in ("GRADER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == Path(expected)


def tiny_wheel(folder: Path) -> Path:
    """Make a wheel with one module and one script."""
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "def main():\n    print('tiny')\n")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(
            "tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr("tiny-1.0.dist-info/entry_points.txt", "[console_scripts]\ntiny = tiny:main\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    return wheel


def test_installed_packages_are_compiled_and_their_scripts_name_the_interpreter_that_a_sandbox_sees(
    environments: Environments, locks: Path, tmp_path: Path
) -> None:
    wheel = tiny_wheel(tmp_path)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (locks / "candidate.txt").write_text(f"{wheel} --hash=sha256:{digest}\n")
    folder = environments.build(Image.CANDIDATE, lambda _: None)
    # Where the folder's path is too long for a first line, installers go by way of the shell.
    first_lines = (folder / "bin/tiny").read_text().splitlines()[:2]
    assert first_lines[0] in {"#!/opt/venv/bin/python", "#!/opt/venv/bin/python3", "#!/bin/sh"}
    assert "/opt/venv/bin/python" in "".join(first_lines)
    assert list(folder.glob("lib/python*/site-packages/__pycache__/tiny.*.pyc"))


def test_a_wheel_that_is_not_the_locked_one_is_refused(
    environments: Environments, locks: Path, tmp_path: Path
) -> None:
    (locks / "candidate.txt").write_text(f"{tiny_wheel(tmp_path)} --hash=sha256:{'0' * 64}\n")
    with pytest.raises(ImageError, match="could not install"):
        environments.build(Image.CANDIDATE, lambda _: None)
    assert not environments.is_ready(Image.CANDIDATE)
