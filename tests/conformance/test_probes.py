"""The hostile programs find a way where there is one: in a container without what the engines add."""

from __future__ import annotations

import re

import pytest
from docker import APIClient

from sandbox.docker_engine import DockerEngine
from tests.conformance.case import load_cases
from tests.conformance.lane import inside, tar_of

pytestmark = pytest.mark.docker

# Of what a container of root with no filter of system calls and a writable root may do, all of it in itself.
OPEN = (
    "become_root", "change_own_files", "chroot", "device_nodes", "io_uring", "keyrings", "leave_processor",
    "new_namespaces", "odd_personality", "raise_limits", "socket_families", "tmp_fill", "trace_processes",
    "userfaultfd", "write_root",
)  # fmt: skip
_RUN_ALL = 'cd /files; for name in *_case.py; do echo "== ${name%_case.py}"; timeout 20 python $name; done'
_TIMEOUT_S = 120


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What each program printed in the weakened container."""
    from tests.conftest import prepared_engine

    engine = prepared_engine("docker")
    assert isinstance(engine, DockerEngine)
    image = next(value for key, value in engine.describe().facts.items() if "candidate" in key)
    files = {name: inside(name) for name in ("attempt.py", "raw.py")}
    files |= {f"{name}_case.py": load_cases()[name].source for name in OPEN}
    api = APIClient(version="auto")
    try:
        text = _run_weakened(api, image, files)
    finally:
        api.close()
    sections = re.split(r"^== (\w+)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(sections[::2], sections[1::2], strict=True))


@pytest.mark.parametrize("name", OPEN)
def test_a_weakened_container_is_seen_to_be_weak(printed: dict[str, str], name: str) -> None:
    assert "ESCAPED" in printed[name]


def _run_weakened(api: APIClient, image: str, files: dict[str, bytes]) -> str:
    """Run all programs in one container of root; return what they printed."""
    settings = api.create_host_config(
        network_mode="none", security_opt=["seccomp=unconfined"], mem_limit="256m", pids_limit=64
    )
    container = api.create_container(
        image, ["sh", "-c", _RUN_ALL], user="0", host_config=settings,
        environment={"BYSTANDER_PORT": "20500", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    try:
        packed = tar_of({f"files/{name}": content for name, content in files.items()})
        api.put_archive(container["Id"], "/", packed)
        api.start(container["Id"])
        api.wait(container["Id"], timeout=_TIMEOUT_S)
        return str(api.logs(container["Id"]).decode(errors="replace"))
    finally:
        api.remove_container(container["Id"], force=True)
