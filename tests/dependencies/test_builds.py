"""What a build brings, with real sandboxes and a real index on this machine's loopback."""

from __future__ import annotations

import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.dependencies import Layer
from grader.dependencies.sandboxes import builder_spec
from sandbox import Engine, Image, Limits, SandboxSpec
from sandbox.policy import load_policy
from tests.dependencies.conftest import BOUNDS, Make
from tests.dependencies.index_server import serve_index
from tests.dependencies.wheels import make_source, make_wheel

pytestmark = pytest.mark.engine

_WRITES = b"open('/tmp/build/layer/packages/ran.txt', 'w').write('ran')\nprint('ran')\nVERSION = '1.0'\n"


def names_of(layer: Layer) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(layer.read())) as archive:
        return archive.getnames()


def run(engine: Engine, files: bytes, *command: str) -> str:
    """Run a command as a submission would be run with a layer, and return what it printed."""
    path = f"{load_policy().environment['PATH']}:/files/packages/bin"
    spec = SandboxSpec(
        name="candidate",
        image=Image.CANDIDATE,
        command=command,
        files=files,
        environment={"PYTHONPATH": "/files/packages", "PATH": path},
        limits=Limits(wall_s=60),
    )
    with engine.open_pod() as pod:
        sandbox = pod.start(spec)
        sandbox.wait(90)
        return sandbox.output().head.decode()


def test_what_is_asked_for_and_what_that_needs_can_be_imported_beside_what_is_provided(
    engine: Engine, make: Make
) -> None:
    archives = (
        make_wheel("upper", "2.1", needs=["lower-part>=1", "httpx"]),
        make_wheel("lower-part", "1.4"),
        make_wheel("lower-part", "0.9"),
    )
    with serve_index(*archives) as server:
        layer = make(engine, server.index, "upper")
        assert not [path for path in server.requests if "httpx" in path], "it is provided"
    assert layer is not None
    assert layer.packages == ("lower-part==1.4", "upper==2.1")
    code = "import upper, lower_part, httpx; print(upper.VERSION, lower_part.VERSION, upper.__cached__)"
    said = run(engine, layer.read(), "python", "-c", code).split()
    assert said[:2] == ["2.1", "1.4"]
    assert said[2].startswith("/files/packages/__pycache__/upper.")


def test_a_layer_is_only_read_in_a_run(engine: Engine, make: Make) -> None:
    with serve_index(make_wheel("small")) as server:
        layer = make(engine, server.index, "small")
    assert layer is not None
    before = layer.path.read_bytes()
    code = "open('/files/packages/small.py', 'w').write('VERSION = 0')"
    said = run(engine, layer.read(), "python", "-c", code)
    assert "OSError" in said or "PermissionError" in said
    assert layer.path.read_bytes() == before


def test_a_program_of_a_package_can_be_started_by_its_name(engine: Engine, make: Make) -> None:
    code = b"import sys\ndef main():\n    print('served by', sys.prefix, sys.argv[1:])\n"
    archive = make_wheel("server", files={"server.py": code}, scripts={"serve-it": "server:main"})
    with serve_index(archive) as index_server:
        layer = make(engine, index_server.index, "server")
    assert layer is not None
    assert run(engine, layer.read(), "serve-it", "app:app").startswith("served by /opt/venv ['app:app']")


@pytest.mark.parametrize("form", ["json", "html"])
@pytest.mark.parametrize("offers_metadata", [False, True], ids=["wheels", "metadata"])
def test_every_form_of_index_gives_the_same_layer(
    any_engine: Engine, make: Make, form: str, *, offers_metadata: bool
) -> None:
    archives = (make_wheel("first", needs=["second"]), make_wheel("second"), make_source("second", "2.0"))
    with serve_index(*archives, form=form, offers_metadata=offers_metadata) as server:
        layer = make(any_engine, server.index, "first")
    assert layer is not None
    assert layer.packages == ("first==1.0", "second==1.0")
    assert any(path.endswith(".metadata") for path in server.requests) == offers_metadata
    plain = [name for name in names_of(layer) if "dist-info" not in name and name.endswith(".py")]
    assert plain == ["packages/first.py", "packages/second.py"]


def test_the_same_wheels_give_the_same_bytes(any_engine: Engine, make: Make) -> None:
    with serve_index(make_wheel("small")) as first, serve_index(make_wheel("small")) as second:
        one, other = make(any_engine, first.index, "small"), make(any_engine, second.index, "small")
    assert one is not None
    assert other is not None
    assert one.key != other.key, "another index is another key"
    assert one.sha256 == other.sha256


def test_a_package_is_not_run_when_it_is_installed(any_engine: Engine, make: Make) -> None:
    files = {"eager.py": _WRITES, "eager.pth": b"import eager\n", "sitecustomize.py": _WRITES}
    with serve_index(make_wheel("eager", files=files), make_wheel("other")) as server:
        layer = make(any_engine, server.index, "eager", "other")
    assert layer is not None
    assert "packages/eager.py" in names_of(layer)
    assert "packages/ran.txt" not in names_of(layer)


def test_a_module_that_cannot_be_compiled_is_installed_as_it_is(any_engine: Engine, make: Make) -> None:
    files = {"odd.py": b"VERSION = 1\n", "odd_python2.py": b"print 'no'\n", "odd_deep.py": b"(" * 100_000}
    with serve_index(make_wheel("odd", files=files)) as server:
        layer = make(any_engine, server.index, "odd")
    assert layer is not None
    names = names_of(layer)
    assert {"packages/odd_python2.py", "packages/odd_deep.py"} <= set(names)
    assert any("odd.cpython" in name for name in names)
    assert not any("odd_deep.cpython" in name for name in names)


def test_a_wheel_of_a_hundred_megabytes_is_taken(any_engine: Engine, make: Make) -> None:
    big = {"big.py": b"VERSION = 1\n", "big.bin": bytes(range(256)) * 4096 * 100}
    with serve_index(make_wheel("big", files=big, stored=True)) as server:
        layer = make(any_engine, server.index, "big")
    assert layer is not None
    assert layer.size_bytes > 100 * 1024 * 1024


def test_nothing_is_built_where_nothing_is_new(any_engine: Engine, make: Make) -> None:
    with serve_index() as server:
        assert make(any_engine, server.index, "flask[async]>=2 ; python_version < '3.5'", "httpx") is None
        assert make(any_engine, server.index, "flask[dotenv-typo]") is None
        assert not server.requests, "an extra that does not exist asks for nothing"


_PROBE = """
import json, socket, urllib.request
def reach(host, port):
    try:
        socket.create_connection((host, port), timeout=3).close()
        return True
    except OSError:
        return False
def ask(path):
    with socket.create_connection(("127.0.0.1", 9100)) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\\r\\n\\r\\n".encode())
        return connection.makefile("rb").readline().split()[1].decode()
ports, gateways, paths = json.loads(%r)
print(json.dumps({
    "relay": reach("127.0.0.1", 9100),
    "others": [port for port in ports if reach("127.0.0.1", port)],
    "gateways": [host for host in gateways if any(reach(host, port) for port in ports)],
    "answers": {path: ask(path) for path in paths},
}), flush=True)
"""


def test_a_builder_reaches_the_relay_and_nothing_else(engine: Engine, tmp_path: Path) -> None:
    import json

    from grader.dependencies.gateway import Gateway
    from grader.dependencies.passage import open_passage

    with serve_index(make_wheel("small")) as server, serve_index() as secret:
        refused = [
            f"http://127.0.0.1:{secret.port}/simple/small/",
            "/0/../../files/small/",
            "/0/small/../../",
            "/1/small/",
            "/0/Small/",
            "/simple/small/",
            "/files/small-1.0-py3-none-any.whl",
            "/files/0123456789abcdef/small-1.0-py3-none-any.whl",
            f"//127.0.0.1:{secret.port}/",
        ]
        asked = [
            [server.port, secret.port, 22, 9101],
            ["172.17.0.1", "10.0.2.2", "169.254.169.254"],
            [*refused, "/0/small/"],
        ]
        builder = replace(builder_spec("", 1, BOUNDS), command=("python", "-c", _PROBE % json.dumps(asked)))
        with engine.open_pod() as pod:
            passage = open_passage(pod, Gateway(server.index, BOUNDS, tmp_path), BOUNDS)
            probe = pod.start(builder)
            passage.serve(probe)
            said = json.loads(next(probe.lines()))
        assert said["relay"]
        assert (said["others"], said["gateways"]) == ([], [])
        assert said["answers"] == {**dict.fromkeys(refused, "404"), "/0/small/": "200"}
        assert server.requests == ["/simple/small/"]
        assert not secret.requests
