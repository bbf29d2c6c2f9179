"""`python -m sandbox` does what it says, and says in one line what it cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Engine, Image
from sandbox.__main__ import main

pytestmark = pytest.mark.docker


def test_images_that_are_current_are_named(docker_engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["images"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(Image)
    assert all(line.endswith(" is current") for line in printed)


def test_a_whole_engine_is_described_without_problems(
    docker_engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["describe"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("docker ")
    assert "candidate image: coding-challenge-grader/candidate:" in printed
    assert "problem" not in printed


@pytest.mark.parametrize("command", ["images", "reap"])
def test_without_an_engine_it_fails_in_one_line(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    assert main([command]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 1
    assert printed[0].startswith("error: no Docker engine answers")


def test_a_base_image_that_cannot_be_had_is_named(
    docker_engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["images", "--base-image", "localhost:9/nobody/has-this:1"]) == 1
    assert "error: base image localhost:9/nobody/has-this:1 is not there" in capsys.readouterr().out
