"""What the bubblewrap engine does beyond the contract that all engines share: with and without cgroups."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import Engine, Image, ImageError, Outcome, Pod, PodError, Sandbox
from sandbox.bubblewrap import BubblewrapEngine
from sandbox.bubblewrap.machine import look_at_machine
from sandbox.environments import Environments
from tests.conformance.programs import ending_of, program, run
from tests.conformance.witness import processes_with

pytestmark = pytest.mark.engine

SLEEP = "import time; print('up', flush=True); time.sleep(600)"


@pytest.fixture
def pod(bubblewrap_engine: Engine) -> Iterator[Pod]:
    with bubblewrap_engine.open_pod() as opened:
        yield opened


@pytest.fixture
def watched_pod(bubblewrap_engine: Engine) -> Iterator[Pod]:
    """A pod whose sandboxes have no cgroup, as an ordinary user's often have none."""
    with BubblewrapEngine(machine=replace(look_at_machine(), hierarchy=None)).open_pod() as opened:
        yield opened


def started(pod: Pod, source: str = SLEEP, **more: object) -> Sandbox:
    sandbox = pod.start(program(source, channel=True, **more))
    assert next(sandbox.lines()) == b"up"
    return sandbox


def host_pid(token: str) -> int:
    (pid,) = processes_with(token)
    return int(pid)


@pytest.mark.parametrize(
    ("source", "outcome", "exit_code", "number"),
    [
        ("import os; os._exit(137)", Outcome.EXITED, 137, None),
        ("import os; os._exit(255)", Outcome.EXITED, 255, None),
        ("import ctypes; ctypes.string_at(0)", Outcome.CRASHED, None, signal.SIGSEGV),
    ],
)
def test_an_exit_status_is_told_from_a_signal(
    pod: Pod, source: str, outcome: Outcome, exit_code: int | None, number: int | None
) -> None:
    ending, _ = run(pod, program(source))
    assert (ending.outcome, ending.exit_code, ending.signal) == (outcome, exit_code, number)


def test_killed_from_outside_is_a_crash_by_sigkill(pod: Pod) -> None:
    token = f"token-{time.monotonic_ns()}"
    sandbox = started(pod, environment={"TOKEN": token})
    os.kill(host_pid(token), signal.SIGKILL)
    ending = ending_of(sandbox)
    assert (ending.outcome, ending.exit_code, ending.signal) == (Outcome.CRASHED, None, signal.SIGKILL)


def test_nothing_of_a_specification_is_on_a_command_line(pod: Pod) -> None:
    token = f"token-{time.monotonic_ns()}"
    started(pod, environment={"PASSWORD": token})
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(token.encode() in line for line in lines)


def test_ended_sandboxes_leave_no_zombie(pod: Pod) -> None:
    for _ in range(40):  # more than the processes that the name's user may have
        assert run(pod, program("pass"))[0].outcome is Outcome.EXITED
    listed = subprocess.run(["ps", "-eo", "stat=,comm="], capture_output=True, text=True, check=True).stdout
    zombies = [line for line in listed.splitlines() if line.startswith("Z") and "python" in line]
    assert len(zombies) < 20


def test_a_sandbox_outlives_the_thread_that_started_it(pod: Pod) -> None:
    sandboxes: list[Sandbox] = []
    starter = threading.Thread(target=lambda: sandboxes.append(started(pod)))
    starter.start()
    starter.join()
    assert sandboxes[0].wait(0.2) is None


def test_many_start_at_once(pod: Pod) -> None:
    def once(number: int) -> str:
        return run(pod, program(f"print({number})", name=f"s{number}"))[1]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(once, range(16))) == [f"{number}\n" for number in range(16)]


def test_sandboxes_of_a_pod_are_different_users_where_we_are_root(pod: Pod) -> None:
    if os.geteuid() != 0:
        pytest.skip("an ordinary user has but one number")
    ask = "import os, pwd; print(os.getuid(), pwd.getpwuid(os.getuid()).pw_name)"
    said = {run(pod, program(ask, name=name))[1] for name in ("a", "b")}
    again = {run(pod, program(ask, name=name))[1] for name in ("a", "b")}
    assert len(said) == 2
    assert said == again, "a name keeps its user, whose files are in /data"
    assert all(line.endswith(" sandbox\n") for line in said)


def test_discarded_data_are_gone_and_those_of_a_running_sandbox_are_kept(pod: Pod) -> None:
    write = "open('/data/file', 'a').write('x'); print(open('/data/file').read())"
    assert [run(pod, program(write, data=True))[1] for _ in range(2)] == ["x\n", "xx\n"]
    pod.discard_data("program")
    pod.discard_data("never seen")
    assert run(pod, program(write, data=True))[1] == "x\n"
    started(pod, data=True)
    with pytest.raises(PodError, match="still runs"):
        pod.discard_data("program")


def test_what_runs_when_its_pod_ends_was_stopped(bubblewrap_engine: Engine) -> None:
    with bubblewrap_engine.open_pod() as pod:
        sandbox = started(pod)
        sandbox.pause()
    assert ending_of(sandbox).outcome is Outcome.STOPPED


def test_a_pod_whose_holder_was_killed_is_an_engine_failure_not_the_candidates(
    bubblewrap_engine: Engine,
) -> None:
    with bubblewrap_engine.open_pod() as pod:
        token = f"token-{time.monotonic_ns()}"
        sandbox = started(pod, environment={"TOKEN": token})
        inside = host_pid(token)
        holder = next(
            int(line.split()[1])
            for line in Path(f"/proc/{inside}/status").read_text().splitlines()
            if line.startswith("PPid:")
        )
        os.kill(holder, signal.SIGKILL)
        with pytest.raises(PodError, match="engine failed"):
            ending_of(sandbox)


@pytest.mark.parametrize(
    "source",
    [
        "block = b'x' * (256 * 1024 * 1024)\nimport time; time.sleep(600)",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'b = bytearray(b\"x\") * 2**28; input()'])",
        "import mmap, time\nm = mmap.mmap(-1, 2**28)\nfor i in range(0, 2**28, 4096): m[i] = 1\ntime.sleep(600)",
    ],
    ids=["heap", "child", "shared"],
)
def test_without_a_cgroup_memory_over_the_limit_is_found_by_watching(watched_pod: Pod, source: str) -> None:
    assert run(watched_pod, program(source))[0].outcome is Outcome.OUT_OF_MEMORY


def test_without_a_cgroup_files_in_tmp_count_as_memory_and_mapping_them_does_not_count_twice(
    watched_pod: Pod,
) -> None:
    fill = "import mmap, time\nf = open('/tmp/x', 'wb+')\nfor _ in range({mib}): f.write(b'x' * 2**20)\nf.flush()\n"
    held = fill + "m = mmap.mmap(f.fileno(), 0)\nsum(m[::4096])\ntime.sleep(0.3)"
    ending, said = run(watched_pod, program(held.format(mib=80), tmp_mib=256))
    assert (ending.outcome, said) == (Outcome.EXITED, "")
    assert run(watched_pod, program(fill.format(mib=160) + "time.sleep(600)", tmp_mib=256))[0].outcome is (
        Outcome.OUT_OF_MEMORY
    )


def test_without_a_cgroup_the_processor_time_of_children_is_accounted(watched_pod: Pod) -> None:
    spin = "import time\nwhile time.process_time() < 0.3: pass"
    both = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {spin!r}])\n{spin}"
    ending, _ = run(watched_pod, program(both))
    assert ending.usage.cpu_s is not None
    assert 0.55 <= ending.usage.cpu_s < 1.2  # what its start took before it was let go is not counted


def test_without_a_cgroup_a_paused_tree_stands_still_and_goes_on(watched_pod: Pod) -> None:
    source = "import os\nprint('up', flush=True)\nos.fork()\nwhile True: pass"
    sandbox = started(watched_pod, source)
    sandbox.pause()
    first = sandbox.usage().cpu_s
    time.sleep(0.2)
    assert sandbox.usage().cpu_s == first
    sandbox.resume()
    deadline = time.monotonic() + 20
    while sandbox.usage().cpu_s == first:
        assert time.monotonic() < deadline, "it does not go on"
        time.sleep(0.02)


def test_without_a_cpuset_a_sandbox_cannot_leave_its_processor(
    watched_pod: Pod, bubblewrap_engine: Engine
) -> None:
    last = bubblewrap_engine.processors()[-1]
    source = """
import os
try:
    os.sched_setaffinity(0, range(64))
except OSError as error:
    print(error.strerror, os.sched_getaffinity(0))
"""
    assert run(watched_pod, program(source, cpus=(last,)))[1] == f"Operation not permitted {{{last}}}\n"


def test_without_a_cgroup_processes_are_limited_by_the_kernel(watched_pod: Pod) -> None:
    source = """
import os, time
made = 0
try:
    while made < 200:
        if os.fork() == 0:
            time.sleep(600)
        made += 1
except BlockingIOError:
    print("refused", made < 32)
"""
    assert run(watched_pod, program(source))[1] == "refused True\n"


def test_an_unbuilt_environment_is_named(tmp_path: Path) -> None:
    with (
        BubblewrapEngine(environments=Environments(tmp_path)).open_pod() as empty,
        pytest.raises(ImageError, match="the examiner environment is not built"),
    ):
        empty.start(program("pass", image=Image.EXAMINER))
