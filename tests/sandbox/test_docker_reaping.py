"""What a killed grader left is removed; what a living one uses is not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker import APIClient

from sandbox import Engine
from sandbox.docker_engine.client import connect
from sandbox.docker_engine.groups import GROUP
from sandbox.docker_engine.ownership import OWNER_LABEL
from tests.conformance.programs import program

pytestmark = [pytest.mark.docker, pytest.mark.alone]

GRADER = """
import time
from sandbox.docker_engine import DockerEngine
from sandbox.docker_engine.ownership import Owner
from tests.conformance.programs import program
pod = DockerEngine().open_pod()
pod.start(program("import time; time.sleep(600)", data=True))
pod.start(program("import time; time.sleep(600)", name="paused")).pause()
print(Owner.this_process(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def api(docker_engine: Engine) -> Iterator[APIClient]:
    client = connect()
    yield client
    client.close()


def _left(api: APIClient, owner: str) -> int:
    label = {"label": f"{OWNER_LABEL}={owner}"}
    groups = list(Path("/sys/fs/cgroup").glob(f"*/{GROUP}/{owner}.*"))
    volumes = api.volumes(filters=label)["Volumes"] or []
    return len(api.containers(all=True, filters=label)) + len(volumes) + len(groups)


def test_only_what_a_killed_grader_left_is_removed(docker_engine: Engine, api: APIClient) -> None:
    with docker_engine.open_pod() as pod:
        mine = pod.start(program("import time; time.sleep(600)"))
        with subprocess.Popen([sys.executable, "-c", GRADER], stdout=subprocess.PIPE, text=True) as grader:
            assert grader.stdout is not None
            owner = grader.stdout.readline().strip()
            docker_engine.reap()
            assert _left(api, owner) >= 5  # two sandboxes, a keeper, two kinds of volume
            grader.kill()
        assert docker_engine.reap() >= 5
        assert _left(api, owner) == 0
        assert docker_engine.reap() == 0
        assert mine.wait(0) is None
