"""Layers are kept once, found again, never half there, and never believed when they have changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from grader.dependencies import Layer
from grader.dependencies.layer import Layers
from grader.errors import GradingFailed
from sandbox import Engine
from tests.dependencies.conftest import Make
from tests.dependencies.index_server import serve_index
from tests.dependencies.wheels import make_wheel

_ROOT = Path(__file__).parent.parent.parent


def keep(layers: Layers, key: str, content: bytes = b"layer", packages: tuple[str, ...] = ("a==1",)) -> Layer:
    with layers.held(key), layers.workplace(key) as workplace:
        finished = workplace / "layer.tar"
        finished.write_bytes(content)
        return layers.keep(key, finished, packages)


def test_a_kept_layer_is_found_as_it_was_kept(tmp_path: Path) -> None:
    layers = Layers(tmp_path)
    kept = keep(layers, "key")
    assert Layers(tmp_path).find("key") == kept
    assert kept.read() == b"layer"
    assert layers.find("other") is None


def _longer(folder: Path) -> None:
    with (folder / "key.tar").open("ab") as file:
        file.write(b"!")


def _other_byte(folder: Path) -> None:
    (folder / "key.tar").write_bytes(b"Layer")


def _no_tar(folder: Path) -> None:
    (folder / "key.tar").unlink()


def _half_description(folder: Path) -> None:
    (folder / "key.json").write_text('{"sha256": "')


def _other_description(folder: Path) -> None:
    (folder / "key.json").write_text("[]")


def _no_description(folder: Path) -> None:
    (folder / "key.json").unlink()


@pytest.mark.parametrize(
    "spoil", [_longer, _other_byte, _no_tar, _half_description, _other_description, _no_description]
)
def test_a_spoilt_layer_is_as_if_it_were_not_there(tmp_path: Path, spoil: object) -> None:
    layers = Layers(tmp_path)
    keep(layers, "key")
    assert callable(spoil)
    spoil(tmp_path / "layers")
    assert layers.find("key") is None
    assert keep(layers, "key", b"anew").read() == b"anew"
    found = layers.find("key")
    assert found is not None
    assert found.read() == b"anew"


def test_a_layer_that_changes_after_it_was_found_is_not_handed_out(tmp_path: Path) -> None:
    layer = keep(Layers(tmp_path), "key")
    layer.path.write_bytes(b"Layer")
    with pytest.raises(GradingFailed, match="have changed"):
        layer.read()
    layer.path.unlink()
    with pytest.raises(GradingFailed, match="cannot be read"):
        layer.read()


def test_a_key_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    inside, most = 0, 0
    lock = threading.Lock()

    def hold(_: int) -> None:
        nonlocal inside, most
        with Layers(tmp_path).held("key"):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(hold, range(16)))
    assert most == 1


def test_what_a_killed_build_left_goes_with_the_next_one(tmp_path: Path) -> None:
    layers = Layers(tmp_path)
    left = tmp_path / "layers" / "key.build-killed"
    (left / "deep").mkdir(parents=True)
    (left / "deep" / "received.tar").write_bytes(b"half")
    others = tmp_path / "layers" / "key2.build-running"
    others.mkdir()
    keep(layers, "key")
    assert not left.exists()
    assert others.exists()


@pytest.mark.engine
def test_a_cache_that_cannot_be_written_is_our_failure(
    any_engine: Engine, make: Make, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file in the folder's place")
    with (
        serve_index() as server,
        pytest.raises(GradingFailed, match=r"the packages cannot be kept in .*/cache: "),
    ):
        make(any_engine, server.index, "small")


@pytest.mark.engine
def test_a_layer_is_built_once_and_rebuilt_when_it_was_spoilt(any_engine: Engine, make: Make) -> None:
    with serve_index(make_wheel("small")) as server:
        first = make(any_engine, server.index, "small>=1")
        asked = len(server.requests)
        assert make(any_engine, server.index, "# same", "Small >= 1") == first
        assert len(server.requests) == asked, "the index is not asked again"
        assert first is not None
        first.path.write_bytes(first.path.read_bytes()[:-1] + b"!")
        assert make(any_engine, server.index, "small>=1") == first, "the same bytes again"
        assert len(server.requests) > asked


@pytest.mark.engine
def test_two_who_want_the_same_at_once_make_one_build(any_engine: Engine, make: Make) -> None:
    with serve_index(make_wheel("small")) as server, ThreadPoolExecutor(2) as threads:
        found = [threads.submit(make, any_engine, server.index, "small") for _ in range(2)]
        one, other = (each.result() for each in found)
        assert one == other
        assert one is not None
        assert len([path for path in server.requests if path.startswith("/files/")]) == 1


_BUILD = """
import sys
from pathlib import Path
from types import SimpleNamespace
from grader.dependencies import Index, make_layer, read_requirements
from tests.conformance.engines import make_engine
engine, url, submission, cache = sys.argv[1:]
make_layer(read_requirements(SimpleNamespace(root=Path(submission))), make_engine(engine),
           index=Index((url,)), cache=Path(cache), say=lambda text: None)
"""


@pytest.mark.engine
def test_a_killed_build_leaves_nothing_half(bubblewrap_engine: Engine, make: Make, tmp_path: Path) -> None:
    reached = threading.Event()

    def hang(request: BaseHTTPRequestHandler) -> bool:
        if request.path.startswith("/files/"):
            reached.set()
            time.sleep(2)
        return False

    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "requirements.txt").write_text("small\n")
    with serve_index(make_wheel("small")) as server:
        server.misbehave = hang
        arguments = (bubblewrap_engine.name, server.url, tmp_path / "submission", tmp_path / "cache")
        grader = subprocess.Popen(
            [sys.executable, "-c", _BUILD, *map(str, arguments)], cwd=_ROOT, env={**os.environ}
        )
        assert reached.wait(120)
        grader.send_signal(signal.SIGKILL)
        grader.wait(30)
        left = {
            path.name.partition(".")[2].partition("-")[0]
            for path in (tmp_path / "cache" / "layers").iterdir()
        }
        assert left == {"lock", "build"}
        server.misbehave = lambda request: False
        assert make(bubblewrap_engine, server.index, "small") is not None
    left = {path.name.partition(".")[2] for path in (tmp_path / "cache" / "layers").iterdir()}
    assert left == {"lock", "json", "tar"}
