"""What every engine promises of pods: one loopback network, names used again, nothing left at the end."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sandbox import Engine, Outcome, PodError
from tests.conformance.programs import ending_of, program, run
from tests.conformance.witness import processes_with

pytestmark = pytest.mark.engine

SERVE = """
import os, socket, sys
listener = socket.create_server(("127.0.0.1", 8000))
print("up", flush=True)
while True:
    connection, _ = listener.accept()
    connection.sendall(os.environ["WHO"].encode())
    connection.close()
"""
ASK = """
import socket
try:
    print(socket.create_connection(("127.0.0.1", 8000), 5).recv(100).decode())
except OSError as error:
    print(type(error).__name__)
"""


def test_sandboxes_of_a_pod_share_loopback_and_those_of_another_do_not(engine: Engine) -> None:
    with engine.open_pod() as first, engine.open_pod() as second, engine.open_pod() as empty:
        for pod, who in ((first, "first"), (second, "second")):
            server = pod.start(program(SERVE, name="server", channel=True, environment={"WHO": who}))
            assert next(server.lines()) == b"up"
        assert run(first, program(ASK))[1] == "first\n"
        assert run(second, program(ASK))[1] == "second\n"
        assert run(empty, program(ASK))[1] == "ConnectionRefusedError\n"


def test_the_network_outlives_the_first_sandbox(engine: Engine) -> None:
    with engine.open_pod() as pod:
        first = pod.start(program(SERVE, name="server", channel=True, environment={"WHO": "first"}))
        assert next(first.lines()) == b"up"
        other = pod.start(program("import time; time.sleep(600)", name="other"))
        first.kill()
        again = pod.start(program(SERVE, name="server", channel=True, environment={"WHO": "again"}))
        assert next(again.lines()) == b"up"
        assert run(pod, program(ASK))[1] == "again\n"
        assert other.wait(0) is None


def test_sandboxes_of_a_pod_do_not_see_one_anothers_processes(engine: Engine) -> None:
    look = "import os; print(len([n for n in os.listdir('/proc') if n.isdigit()]) < 5)"
    with engine.open_pod() as pod:
        for number in range(4):
            pod.start(program("import time; time.sleep(600)", name=f"n{number}"))
        assert run(pod, program(look))[1] == "True\n"


def test_a_name_may_be_used_again_once_its_sandbox_has_ended(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for number in range(5):
            assert run(pod, program(f"print({number})"))[1] == f"{number}\n"


def test_a_name_may_be_used_more_often_than_it_may_have_processes(engine: Engine) -> None:
    with engine.open_pod() as pod:
        for number in range(12):
            ending, printed = run(pod, program(f"import os\nif os.fork(): print({number})", processes=8))
            assert (ending.outcome, printed) == (Outcome.EXITED, f"{number}\n")


def test_a_name_that_still_runs_is_refused(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("import time; time.sleep(600)"))
        with pytest.raises(PodError, match="program"):
            pod.start(program("print(1)"))
        assert sandbox.wait(0) is None


def test_one_after_the_other_is_told_its_own_ending(engine: Engine) -> None:
    with engine.open_pod() as pod:
        first = pod.start(program("raise SystemExit(1)"))
        ending_of(first)
        second = pod.start(program("raise SystemExit(2)"))
        assert (ending_of(first).exit_code, ending_of(second).exit_code) == (1, 2)


def test_closing_kills_what_runs_and_may_be_done_twice(engine: Engine) -> None:
    token = f"close-{time.monotonic_ns()}"
    pod = engine.open_pod()
    source = "import time\nprint('up', flush=True)\ntime.sleep(600)"
    sandbox = pod.start(program(source, channel=True, environment={"TOKEN": token}))
    assert next(sandbox.lines()) == b"up"
    assert processes_with(token)
    pod.close()
    pod.close()
    assert processes_with(token) == {}
    ending = sandbox.wait(0)
    assert ending is not None
    assert ending.outcome is Outcome.STOPPED


def test_a_closed_pod_starts_nothing(engine: Engine) -> None:
    pod = engine.open_pod()
    pod.close()
    with pytest.raises(PodError):
        pod.start(program(""))


def test_an_error_in_the_context_closes_the_pod_too(engine: Engine) -> None:
    token = f"error-{time.monotonic_ns()}"
    with pytest.raises(ZeroDivisionError), engine.open_pod() as pod:  # noqa: PT012 - the context is what is tested
        pod.start(program("import time; time.sleep(600)", environment={"TOKEN": token}))
        raise ZeroDivisionError
    assert processes_with(token) == {}


def test_what_has_ended_answers_every_question(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("print('done')"))
        ending = ending_of(sandbox)
        sandbox.pause()
        sandbox.resume()
    assert sandbox.output().head == b"done\n"
    assert sandbox.usage() == ending.usage
    assert sandbox.kill() == ending


def test_sandboxes_may_be_started_from_many_threads(engine: Engine) -> None:
    with engine.open_pod() as pod, ThreadPoolExecutor(4) as threads:
        specs = [program(f"print({number})", name=f"n{number}") for number in range(8)]
        printed = list(threads.map(lambda spec: run(pod, spec)[1], specs))
    assert printed == [f"{number}\n" for number in range(8)]


def test_a_sandbox_outlives_the_thread_that_started_it(engine: Engine) -> None:
    started = []
    with engine.open_pod() as pod:
        spec = program("import time; time.sleep(600)")
        thread = threading.Thread(target=lambda: started.append(pod.start(spec)))
        thread.start()
        thread.join()
        assert started[0].wait(1.0) is None


def test_many_pods_may_be_open_at_once(engine: Engine) -> None:
    def whole(number: int) -> str:
        with engine.open_pod() as pod:
            server = pod.start(program(SERVE, name="server", channel=True, environment={"WHO": str(number)}))
            assert next(server.lines()) == b"up"
            return run(pod, program(ASK))[1]

    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(whole, range(6))) == [f"{number}\n" for number in range(6)]


def test_nothing_is_reaped_that_belongs_to_a_live_grader(engine: Engine) -> None:
    with engine.open_pod() as pod:
        sandbox = pod.start(program("import time; print('up', flush=True); time.sleep(600)", channel=True))
        assert next(sandbox.lines()) == b"up"
        engine.reap()
        assert sandbox.wait(0.5) is None
        assert run(pod, program("print('works')", name="second"))[1] == "works\n"
