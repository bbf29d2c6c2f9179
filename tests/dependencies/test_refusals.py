"""What cannot be installed is refused with one line that says what to change, or is told to be our own failure."""

from __future__ import annotations

import dataclasses
import re
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from grader.dependencies import Bounds, DependencyError, Index
from grader.errors import GradingFailed
from sandbox import Engine
from tests.dependencies.conftest import BOUNDS, Make
from tests.dependencies.index_server import JSON_TYPE, Misbehave, send, serve_index
from tests.dependencies.wheels import Archive, make_source, make_wheel

pytestmark = pytest.mark.engine

_OUTSIDE = {"escape.py": b"", "../../../../tmp/build/planted.py": b"planted = True\n"}
_UNFIT = "cp39-cp39-win_amd64"

_NOT_A_WHEEL = dataclasses.replace(make_wheel("torn"), content=b"PK\x03\x04 this is no archive")

_REFUSED: dict[str, tuple[list[Archive], list[str], str]] = {
    "unknown": ([], ["nowhere"], "requirements.txt: line 1: the package index knows no package 'nowhere'"),
    "unknown, needed by another": (
        [make_wheel("upper", needs=["nowhere>2"])],
        ["upper"],
        "requirements.txt: needed by upper: the package index knows no package 'nowhere'",
    ),
    "no such version": (
        [make_wheel("small", "1.0"), make_wheel("small", "1.2")],
        ["# one", "small>=7"],
        "requirements.txt: line 2: small>=7: there is no wheel of such a version; there are 1.2, 1.0",
    ),
    "source only": (
        [make_source("old")],
        ["old"],
        "requirements.txt: line 1: the package index has old as source archives only",
    ),
    "for another system": (
        [make_wheel("compiled", tag=_UNFIT)],
        ["compiled"],
        "requirements.txt: line 1: compiled: no wheel of it fits the Python and system here",
    ),
    "for another python": (
        [dataclasses.replace(make_wheel("future"), requires_python=">=4")],
        ["future"],
        "requirements.txt: line 1: future: no wheel of it fits the Python and system here",
    ),
    "conflicts with what is provided": (
        [make_wheel("upper", needs=["pydantic<2"])],
        ["upper"],
        r"requirements.txt: these do not go together: upper 1.0 depends on pydantic<2; pydantic 2\S+ is always",
    ),
    "conflicts within": (
        [
            make_wheel("left", needs=["shared==1.0"]),
            make_wheel("right", needs=["shared==2.0"]),
            make_wheel("shared", "1.0"),
            make_wheel("shared", "2.0"),
        ],
        ["left", "right"],
        "requirements.txt: these do not go together: left 1.0 depends on shared==1.0; right 1.0 depends on shar",
    ),
    "conflicts with itself": (
        [make_wheel("small", "1.0"), make_wheel("small", "2.0")],
        ["small==1.0", "small==2.0"],
        "these do not go together: requirements.txt asks for small==1.0; requirements.txt asks for small==2.0",
    ),
    "an address behind it": (
        [make_wheel("upper", needs=["lower @ https://example.org/lower-1.0-py3-none-any.whl"])],
        ["upper"],
        "requirements.txt: upper needs lower from https://example.org/lower-1.0-py3-none-any.whl, and packages",
    ),
    "a repository behind it": (
        [make_wheel("upper", needs=["lower @ git+https://example.org/lower.git"])],
        ["upper"],
        "requirements.txt: upper needs lower from git+https://example.org/lower.git, and packages come from",
    ),
    "a file outside": (
        [make_wheel("escape", files=_OUTSIDE)],
        ["escape"],
        "requirements.txt: escape-1.0-py3-none-any.whl has a file that lies outside of its package",
    ),
    "no archive": ([_NOT_A_WHEEL], ["torn"], "requirements.txt: pip could not install .*torn"),
}


@pytest.mark.parametrize(("archives", "lines", "expected"), _REFUSED.values(), ids=_REFUSED)
def test_what_the_candidate_can_change_is_told_in_one_line(
    any_engine: Engine, make: Make, archives: list[Archive], lines: list[str], expected: str, tmp_path: Path
) -> None:
    with serve_index(*archives) as server, pytest.raises(DependencyError) as caught:
        make(any_engine, server.index, *lines)
    assert re.match(expected, str(caught.value)) or expected in str(caught.value), caught.value
    assert "\n" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)
    assert left_in(tmp_path / "cache") == [".lock"]


def left_in(cache: Path) -> list[str]:
    return [path.suffix for path in (cache / "layers").iterdir()]


def test_a_conflict_is_told_by_every_engine(engine: Engine, make: Make) -> None:
    archives = make_wheel("upper", needs=["pydantic<2"])
    with (
        serve_index(archives) as server,
        pytest.raises(DependencyError, match=r"pydantic 2\S+ is always inst"),
    ):
        make(engine, server.index, "upper")


_BIG = {"big.py": b"", "big.bin": bytes(3 * 1024 * 1024)}
_TOO_MUCH: dict[str, tuple[Bounds, Archive, str]] = {
    "wheel": (
        dataclasses.replace(BOUNDS, file_mib=2),
        make_wheel("big", files=_BIG, stored=True),
        "big-1.0-py3-none-any.whl is too large; expected a wheel of at most 2 MiB",
    ),
    "all wheels": (
        dataclasses.replace(BOUNDS, all_files_mib=2),
        make_wheel("big", files=_BIG, stored=True),
        "the dependencies are over 2 MiB of wheels",
    ),
    "what comes out of a small wheel": (
        dataclasses.replace(BOUNDS, layer_mib=2),
        make_wheel("big", files=_BIG),
        "the installed dependencies are over 2 MiB",
    ),
    "number of files": (
        dataclasses.replace(BOUNDS, layer_files=20),
        make_wheel("big", files={f"big/{number}.txt": b"" for number in range(30)}),
        "the installed dependencies are over 20 files",
    ),
    "what fills the whole sandbox": (
        BOUNDS,
        make_wheel("big", files={f"big/{number}": bytes(190 * 1024 * 1024) for number in range(12)}),
        "too large to be installed",
    ),
    "requests": (dataclasses.replace(BOUNDS, requests=1), make_wheel("big"), "took over 1 requests"),
}


@pytest.mark.parametrize(("bounds", "archive", "expected"), _TOO_MUCH.values(), ids=_TOO_MUCH)
def test_too_much_is_refused(
    any_engine: Engine, make: Make, bounds: Bounds, archive: Archive, expected: str, tmp_path: Path
) -> None:
    with serve_index(archive) as server, pytest.raises(DependencyError, match=expected):
        make(any_engine, server.index, "big", bounds=bounds)
    assert left_in(tmp_path / "cache") == [".lock"]


def error_500(request: BaseHTTPRequestHandler) -> bool:
    send(request, 500, "text/plain", b"out of order")
    return True


def garbage(request: BaseHTTPRequestHandler) -> bool:
    send(request, 200, JSON_TYPE, b'{"meta": {"api-version": "1.0"}, "files": [17')
    return True


def strange_type(request: BaseHTTPRequestHandler) -> bool:
    send(request, 200, "image/png", b"\x89PNG")
    return True


def no_http(request: BaseHTTPRequestHandler) -> bool:
    request.wfile.write(b"SSH-2.0-what\r\n")
    return True


def forbidden(request: BaseHTTPRequestHandler) -> bool:
    send(request, 403, "text/plain", b"who are you")
    return True


def files_gone(request: BaseHTTPRequestHandler) -> bool:
    if request.path.startswith("/files/"):
        send(request, 404, "text/plain", b"gone")
        return True
    return False


def silent(request: BaseHTTPRequestHandler) -> bool:
    time.sleep(3)
    return True


_TROUBLE: dict[str, tuple[Misbehave, str]] = {
    "500": (error_500, "HTTP status 500"),
    "garbage": (garbage, "a page that cannot be read"),
    "strange type": (strange_type, "neither HTML nor JSON"),
    "no http": (no_http, "BadStatusLine"),
    "forbidden": (forbidden, "HTTP status 403"),
    "files are gone": (files_gone, "the index names it and answers 404"),
    "silent": (silent, "imed ?out|too long"),
}
_HASTY = dataclasses.replace(BOUNDS, answer_s=0.5, page_s=4.0, file_s=4.0)


@pytest.mark.parametrize(("misbehave", "expected"), _TROUBLE.values(), ids=_TROUBLE)
def test_an_index_that_does_not_work_is_our_failure(
    any_engine: Engine, make: Make, misbehave: Misbehave, expected: str, tmp_path: Path
) -> None:
    with serve_index(make_wheel("small")) as server:
        server.misbehave = misbehave
        with pytest.raises(GradingFailed, match=f"the package index cannot be used: .*{expected}"):
            make(any_engine, server.index, "small", bounds=_HASTY)
        server.misbehave = lambda request: False
        assert make(any_engine, server.index, "small", bounds=BOUNDS) is not None, "nothing bad was kept"


def test_an_index_that_is_not_there_is_our_failure(any_engine: Engine, make: Make) -> None:
    with serve_index() as server:
        gone = server.url
    with pytest.raises(GradingFailed, match=r"the package index cannot be used: .*refused"):
        make(any_engine, Index((gone,)), "small", bounds=_HASTY)


def test_a_wheel_that_is_not_what_the_index_says_is_never_installed(any_engine: Engine, make: Make) -> None:
    said = pytest.raises(GradingFailed, match=r"its SHA-256 is [0-9a-f]{64}, the index says 0000")
    with serve_index(make_wheel("small", sha256="0" * 64)) as server, said:
        make(any_engine, server.index, "small")


def test_a_build_that_does_not_end_is_told_by_whose_fault_it_is(any_engine: Engine, make: Make) -> None:
    def dripping(request: BaseHTTPRequestHandler) -> bool:
        request.send_response(200)
        request.send_header("Content-Type", JSON_TYPE)
        request.end_headers()
        for _ in range(500):
            request.wfile.write(b" ")
            time.sleep(0.1)
        return True

    with serve_index(make_wheel("small")) as server:
        with pytest.raises(DependencyError, match=r"not resolved and installed within 0\.5 s"):
            make(any_engine, server.index, "small", bounds=dataclasses.replace(BOUNDS, wall_s=0.5))
        server.misbehave = dripping
        with pytest.raises(GradingFailed, match="the package index is too slow"):
            make(any_engine, server.index, "small", bounds=dataclasses.replace(BOUNDS, wall_s=30))
