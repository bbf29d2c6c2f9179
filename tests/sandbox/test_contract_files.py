"""What every engine promises of files: read-only where given, writable where asked for, gone at the end."""

from __future__ import annotations

import hashlib

import pytest

from sandbox import Engine, Image, Outcome
from tests.conformance.programs import program, run

pytestmark = pytest.mark.engine


def test_files_are_there_whole_and_read_only(engine: Engine) -> None:
    source = """
import os, hashlib
print(os.getcwd(), sorted(os.listdir(".")), hashlib.sha256(open("deep/er/large.bin", "rb").read()).hexdigest()[:8])
try:
    open("/files/new", "w")
except OSError as error:
    print(type(error).__name__)
"""
    large = bytes(range(256)) * 16384
    with engine.open_pod() as pod:
        ending, printed = run(
            pod, program(source, extra_files={"deep/er/large.bin": large, "schön.txt": b"x"})
        )
    assert ending.exit_code == 0, printed
    assert "/files ['deep', 'program.py', 'sch" in printed
    assert printed.splitlines()[1] in ("OSError", "PermissionError")
    assert hashlib.sha256(large).hexdigest()[:8] in printed


def test_the_working_directory_may_be_another(engine: Engine) -> None:
    with engine.open_pod() as pod:
        _, printed = run(pod, program("import os; print(os.getcwd())", workdir="/tmp"))
    assert printed == "/tmp\n"


def test_files_of_a_second_start_are_its_own(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for text in ("one", "two", "one"):
            _, printed = run(
                pod, program("print(open('note.txt').read())", extra_files={"note.txt": text.encode()})
            )
            assert printed == f"{text}\n"


def test_two_sandboxes_of_a_pod_see_their_own_files_only(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for name in ("left", "right"):
            spec = program("import os; print(os.listdir('.'))", name=name, extra_files={name: b""})
            _, printed = run(pod, spec)
            assert name in printed
            assert ("left" in printed) != ("right" in printed)


COUNT = """
import pathlib
path = pathlib.Path("/data/count")
path.write_text(path.read_text() + "x" if path.exists() else "x")
print(path.read_text())
"""


def test_data_survives_a_restart_and_ends_with_the_pod(engine: Engine) -> None:
    for _ in range(2):
        with engine.open_pod() as pod:
            for expected in ("x", "xx", "xxx"):
                ending, printed = run(pod, program(COUNT, data=True))
                assert (ending.exit_code, printed) == (0, f"{expected}\n")


def test_data_survives_a_kill(engine: Engine) -> None:
    with engine.open_pod() as pod:
        waiting = program(COUNT + "print(flush=True)\nimport time; time.sleep(600)", data=True, channel=True)
        sandbox = pod.start(waiting)
        assert next(sandbox.lines()) == b"x"
        sandbox.kill()
        _, printed = run(pod, program(COUNT, data=True))
        assert printed == "xx\n"


def test_each_name_has_its_own_data(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for name in ("left", "right"):
            _, printed = run(pod, program(COUNT, name=name, data=True))
            assert printed == "x\n"


def test_tmp_does_not_survive_a_restart(engine: Engine) -> None:
    source = "import os; print(os.listdir('/tmp')); open('/tmp/mark', 'w').close()"
    with engine.open_pod() as pod:
        for _ in range(2):
            assert run(pod, program(source))[1] == "[]\n"


def test_there_is_no_data_where_none_was_asked_for(engine: Engine) -> None:
    with engine.open_pod() as pod:
        ending, _ = run(pod, program("open('/data/mark', 'w')"))
    assert ending.outcome is Outcome.EXITED
    assert ending.exit_code == 1


def test_files_may_be_empty(engine: Engine) -> None:
    spec = program("", command=("/opt/venv/bin/python", "-c", "import os; print(os.listdir('/files'))"))
    with engine.open_pod() as pod:
        assert run(pod, spec)[1] == "['program.py']\n"


@pytest.mark.parametrize(
    ("image", "present", "absent"),
    [(Image.CANDIDATE, "fastapi", "locust"), (Image.EXAMINER, "locust", "fastapi")],
)
def test_each_image_has_its_own_packages(engine: Engine, image: Image, present: str, absent: str) -> None:
    source = f"""
from importlib.util import find_spec
import sys
print([name for name in ("{present}", "{absent}") if find_spec(name)], sys.version_info >= (3, 11))
"""
    with engine.open_pod() as pod:
        _, printed = run(pod, program(source, image=image, memory_mib=256))
    assert printed == f"['{present}'] True\n"


def test_discarded_data_is_empty_for_the_next_sandbox_of_that_name_only(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for name in ("left", "right"):
            run(pod, program(COUNT, name=name, data=True))
        pod.discard_data("left")
        assert run(pod, program(COUNT, name="left", data=True))[1] == "x\n"
        assert run(pod, program(COUNT, name="right", data=True))[1] == "xx\n"
