"""What the Docker engine says and does where it cannot work, where it sees no cgroups, and at the edges of an end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docker import APIClient

from sandbox import Engine, EngineUnavailable, ImageError, Outcome, Pod, PodError, SandboxSpec
from sandbox.docker_engine import DockerEngine
from sandbox.docker_engine.client import connect
from sandbox.docker_engine.groups import GROUP
from sandbox.docker_engine.ownership import POD_LABEL
from sandbox.docker_engine.pod import DockerPod
from tests.conformance.programs import ending_of, program, run

pytestmark = pytest.mark.docker

SLEEP = "import time; time.sleep(600)"
SPIN = "while True: pass"
COUNT = """
import sys, time
while True:
    print("tick", flush=True)
    time.sleep(0.01)
"""
ON_TERM = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def api(docker_engine: Engine) -> Iterator[APIClient]:
    client = connect()
    yield client
    client.close()


@pytest.fixture(params=["cgroups of this host", "the engine's API"])
def pod(request: pytest.FixtureRequest, docker_engine: Engine) -> Iterator[Pod]:
    """A pod whose accounts are read in the kernel, and one as a remote engine's is."""
    assert isinstance(docker_engine, DockerEngine)
    machine = docker_engine._connected()
    if request.param == "the engine's API":
        machine = replace(machine, has_groups=False)
    elif not machine.has_groups:
        pytest.skip("this engine's cgroups cannot be read here")
    with DockerPod(machine) as opened:
        yield opened


def test_where_no_engine_answers_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing.sock")
    engine = DockerEngine()
    facts = engine.describe()
    assert not facts.is_available
    assert "DOCKER_HOST" in facts.problems[0]
    for use in (engine.open_pod, engine.reap, engine.processors, lambda: engine.prepare(str)):
        with pytest.raises(EngineUnavailable, match="no Docker engine answers"):
            use()


def test_a_missing_base_is_named_with_what_to_do(docker_engine: Engine) -> None:
    engine = DockerEngine(base_image="nobody/has-this:1")
    assert any("python -m sandbox images" in problem for problem in engine.describe().problems)
    with pytest.raises(ImageError, match="python -m sandbox images"):
        engine.open_pod()


def test_a_runtime_that_the_engine_lacks_is_a_problem(docker_engine: Engine) -> None:
    assert "no runtime 'nosuch'" in DockerEngine(runtime="nosuch").describe().problems[0]


def test_a_whole_engine_has_no_problems(docker_engine: Engine) -> None:
    facts = docker_engine.describe()
    assert (facts.name, facts.is_available, facts.problems) == ("docker", True, ())
    assert facts.facts["candidate image"].startswith("coding-challenge-grader/candidate:")


def test_a_paused_sandbox_stands_still_goes_on_and_can_be_killed(pod: Pod) -> None:
    sandbox = pod.start(program(COUNT, channel=True))
    assert next(sandbox.lines()) == b"tick"
    sandbox.pause()
    sandbox.pause()
    time.sleep(0.2)
    before = sandbox.usage().cpu_s
    time.sleep(0.3)
    assert sandbox.usage().cpu_s == before
    sandbox.resume()
    sandbox.resume()
    assert next(sandbox.lines()) == b"tick"
    sandbox.pause()
    assert sandbox.kill().outcome is Outcome.STOPPED


def test_a_running_sandbox_has_an_account(pod: Pod) -> None:
    sandbox = pod.start(program(SPIN))
    time.sleep(0.5)
    usage = sandbox.usage()
    assert usage.cpu_s is not None
    assert 0.1 < usage.cpu_s <= usage.wall_s + 0.2
    assert usage.memory_mib is not None
    assert 1 < usage.memory_mib < 128


def test_sigterm_is_awaited_only_by_who_handles_it(docker_engine: Engine) -> None:
    with docker_engine.open_pod() as pod:
        handler = pod.start(program(ON_TERM, name="handler", channel=True))
        assert next(handler.lines()) == b"ready"
        stopped = handler.stop(grace_s=20)
        assert (stopped.outcome, stopped.exit_code, stopped.signal) == (Outcome.STOPPED, 7, None)
        sleeper = pod.start(program(SLEEP, name="sleeper"))
        began = time.monotonic()
        stopped = sleeper.stop(grace_s=20)
        assert (stopped.outcome, stopped.signal) == (Outcome.STOPPED, 9)
        assert time.monotonic() - began < 15


def test_a_candidate_cannot_delay_its_kill_by_ignoring_sigterm(pod: Pod) -> None:
    source = ON_TERM.replace("lambda *_: sys.exit(7)", "signal.SIG_IGN")
    sandbox = pod.start(program(source, channel=True))
    assert next(sandbox.lines()) == b"ready"
    assert sandbox.stop(grace_s=0.2).signal == 9


def test_the_environment_holds_nothing_of_the_image(docker_engine: Engine) -> None:
    with docker_engine.open_pod() as pod:
        _, printed = run(pod, program("import os; print(*sorted(os.environ))", environment={"MINE": "1"}))
    policy = {"HOME", "LANG", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "TMPDIR"}
    assert set(printed.split()) == policy | {"HOSTNAME", "MINE"}


def test_data_survive_a_restart_and_are_bounded_and_forgotten(docker_engine: Engine) -> None:
    write = "open('/data/kept', 'a').write('x'); print(open('/data/kept').read())"
    fill = "open('/data/full', 'wb').write(bytes(300 << 20))"
    with docker_engine.open_pod() as pod:
        assert run(pod, program(write, name="one", data=True))[1] == "x\n"
        assert run(pod, program(write, name="one", data=True))[1] == "xx\n"
        assert run(pod, program(write, name="two", data=True))[1] == "x\n"
        _, printed = run(pod, program(fill, name="two", data=True, memory_mib=512, file_size_mib=1024))
        assert "No space left on device" in printed
        pod.discard_data("one")
        assert run(pod, program(write, name="one", data=True))[1] == "x\n"


def test_data_of_a_running_sandbox_are_not_discarded(docker_engine: Engine) -> None:
    with docker_engine.open_pod() as pod:
        pod.start(program(SLEEP, name="one", data=True))
        with pytest.raises(PodError, match="still runs"):
            pod.discard_data("one")


def test_the_same_files_are_handed_over_once(docker_engine: Engine, api: APIClient) -> None:
    with docker_engine.open_pod() as pod:
        assert isinstance(pod, DockerPod)
        for _ in range(3):
            run(pod, program("print(1)"))
        volumes = api.volumes(filters={"label": f"{POD_LABEL}={pod._id}"})["Volumes"]
        assert len(volumes) == 1


def test_nothing_is_left_when_a_pod_closes(docker_engine: Engine, api: APIClient) -> None:
    with docker_engine.open_pod() as pod:
        assert isinstance(pod, DockerPod)
        pod.start(program(SLEEP, name="one", data=True)).pause()
        run(pod, program("print(1)", name="two"))
        label = {"label": f"{POD_LABEL}={pod._id}"}
        assert api.containers(all=True, filters=label)
    assert api.containers(all=True, filters=label) == []
    assert not api.volumes(filters=label)["Volumes"]
    assert not list(Path("/sys/fs/cgroup").glob(f"*/{GROUP}/{pod._id}"))


def test_a_start_that_the_engine_refuses_leaves_nothing(docker_engine: Engine, api: APIClient) -> None:
    spec: SandboxSpec = replace(program(SLEEP), cpus=(4096,))
    with docker_engine.open_pod() as pod:
        assert isinstance(pod, DockerPod)
        with pytest.raises(PodError, match="start sandbox 'program'"):
            pod.start(spec)
        assert api.containers(all=True, filters={"label": f"{POD_LABEL}={pod._id}"}) == []
        assert run(pod, program("print(1)"))[1] == "1\n"


def test_a_container_that_is_taken_away_is_the_engines_failure_not_an_ending(
    docker_engine: Engine, api: APIClient
) -> None:
    with docker_engine.open_pod() as pod:
        assert isinstance(pod, DockerPod)
        sandbox = pod.start(program(SLEEP))
        containers: list[dict[str, Any]] = api.containers(filters={"label": f"{POD_LABEL}={pod._id}"})
        api.remove_container(containers[0]["Id"], force=True)
        with pytest.raises(PodError, match="Docker failed under sandbox 'program'"):
            ending_of(sandbox)


@pytest.mark.parametrize("command", [("nosuch",), ("/nosuch/program",), ("/etc/passwd",), ("/files",)])
def test_a_program_that_cannot_be_run_is_an_ending(docker_engine: Engine, command: tuple[str, ...]) -> None:
    with docker_engine.open_pod() as pod:
        ending = ending_of(pod.start(program("", command=command)))
    assert ending.outcome is Outcome.FAILED_TO_START
    assert command[0] in ending.detail


def test_a_member_that_ends_while_it_is_joined_is_no_failure_of_the_program(docker_engine: Engine) -> None:
    with docker_engine.open_pod() as pod, ThreadPoolExecutor(4) as starters:
        specs = [program(f"print({number})", name=f"n{number}") for number in range(12)]
        ended = list(starters.map(lambda spec: run(pod, spec), specs))
    assert [printed for _, printed in ended] == [f"{number}\n" for number in range(12)]
    assert {ending.outcome for ending, _ in ended} == {Outcome.EXITED}
