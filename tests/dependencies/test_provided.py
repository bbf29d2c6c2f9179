"""What is always installed needs no build, and is never replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.dependencies import DependencyError, Index, make_layer
from grader.dependencies.provided import read_provided
from sandbox import EngineFacts, Image, Limits, Pod, SandboxSpec
from tests.conftest import prepared_engine
from tests.dependencies.conftest import ask

_PROMISED = (
    "FastAPI", "Starlette", "Flask", "uvicorn", "gunicorn", "SQLAlchemy>=2", "psycopg", "psycopg[binary]",
    "psycopg_pool", "asyncpg", "aiosqlite", "greenlet", "httpx", "aiohttp", "requests", "pydantic", "redis",
)  # fmt: skip


class Untouched:
    """An engine that nobody may use."""

    name = "untouched"

    def _used(self) -> None:
        raise AssertionError("the engine was used")

    def describe(self) -> EngineFacts:
        raise AssertionError("the engine was used")

    def processors(self) -> tuple[int, ...]:
        raise AssertionError("the engine was used")

    def prepare(self, say: object) -> None:
        self._used()

    def open_pod(self) -> Pod:
        raise AssertionError("the engine was used")

    def reap(self) -> int:
        raise AssertionError("the engine was used")


def make(folder: Path, *lines: str, offline: bool = False) -> object:
    def find_index() -> Index:
        raise AssertionError("the index was looked for")

    cache, said = folder / "cache", ask(folder / "submission", *lines)
    layer = make_layer(
        said, Untouched(), index=find_index, cache=cache, say=lambda text: None, offline=offline
    )
    assert not cache.exists()
    return layer


@pytest.mark.parametrize("offline", [False, True])
def test_what_every_submission_finds_installed_needs_nothing(tmp_path: Path, *, offline: bool) -> None:
    assert make(tmp_path, *_PROMISED, offline=offline) is None
    assert make(tmp_path, offline=offline) is None


@pytest.mark.parametrize(
    "line",
    [
        "pywin32 ; sys_platform == 'win32'",
        "tomli ; python_version < '3.11'",
        "orjson ; os_name == 'nt' and python_version >= '3'",
        "flask==0.1 ; platform_system == 'Darwin'",
        "anything ; extra == 'dev'",
    ],
)
def test_what_is_for_another_system_needs_nothing(tmp_path: Path, line: str) -> None:
    assert make(tmp_path, line, offline=True) is None


@pytest.mark.parametrize(
    "line",
    [
        "orjson",
        "uvicorn[standard]",
        "orjson ; python_version < '3.13'",
        "flask==0.1 ; python_version < '3.13'",
    ],
)
def test_nothing_more_is_had_offline(tmp_path: Path, line: str) -> None:
    with pytest.raises(
        DependencyError, match=r"requirements.txt: line 2: .* is not provided, and nothing is downl"
    ):
        make(tmp_path, "httpx", line, offline=True)


@pytest.mark.parametrize("line", ["pydantic<2", "Flask==0.1", "sqlalchemy==1.4.* ; python_version >= '3.11'"])
@pytest.mark.parametrize("offline", [False, True])
def test_another_version_of_what_is_provided_is_a_conflict(
    tmp_path: Path, line: str, *, offline: bool
) -> None:
    name = line.partition("<")[0].partition("=")[0].lower()
    version = read_provided().versions[name]
    with pytest.raises(DependencyError) as caught:
        make(tmp_path, line, offline=offline)
    said = str(caught.value)
    assert said.startswith("requirements.txt: line 1: ")
    assert f"conflicts with {name} {version}, which is always installed" in said


@pytest.mark.engine
def test_what_is_said_to_be_provided_is_what_an_image_has() -> None:
    code = "import importlib.metadata as m; [print(d.name, d.version) for d in m.distributions()]"
    engine = prepared_engine("bubblewrap")
    spec = SandboxSpec(
        name="candidate", image=Image.CANDIDATE, command=("python", "-c", code), files=b"\0" * 10240,
        limits=Limits(wall_s=30),
    )  # fmt: skip
    with engine.open_pod() as pod:
        sandbox = pod.start(spec)
        sandbox.wait(40)
        said = sandbox.output().head.decode()
    found = {line.split()[0].lower().replace("_", "-"): line.split()[1] for line in said.splitlines()}
    provided = read_provided().versions
    assert len(provided) > 30
    assert {name: found.get(name) for name in provided} == provided
