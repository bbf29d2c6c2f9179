"""Cases running in the background: in lanes of this process, or of a process that belongs to an ordinary user."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from sandbox import Engine
from tests.conformance.case import Case
from tests.conformance.engines import CLASSES, EngineMissing, make_engine
from tests.conformance.lane import Lane
from tests.conformance.record import Record
from tests.conformance.witness import Host

LANES = int(os.environ.get("CONFORMANCE_LANES", "3"))
"""Cases that run at once on one engine: most of them wait."""

ORDINARY = "bubblewrap-as-user"
"""The bubblewrap engine as an ordinary user has it: without cgroups of its own."""

SUBJECTS = (*sorted(CLASSES), ORDINARY)
"""What the suite is run against."""

USER_VARIABLE = "GRADER_ORDINARY_USER"
"""The ordinary user that root becomes to test as one; by default nobody."""

_CHECKOUT = Path(__file__).resolve().parents[2]
_FIRST_PORT = 20500


class Runs(Protocol):
    """Somewhere that cases run."""

    def start(self, case: Case) -> Future[Record]:
        """Run a case in the background."""

    def close(self) -> None:
        """Wait for what runs, and leave nothing behind."""


class LocalRuns:
    """Runs cases in this process, in several lanes."""

    def __init__(self, engine: Engine, subject: str, lanes: int = LANES) -> None:
        self._resources = contextlib.ExitStack()
        host = self._resources.enter_context(Host())
        self._lanes: SimpleQueue[Lane] = SimpleQueue()
        for number in range(lanes):
            lane = Lane(engine, subject, host, _FIRST_PORT + number)
            self._resources.callback(lane.close)
            self._lanes.put(lane)
        self._pool = ThreadPoolExecutor(lanes, thread_name_prefix=f"lane-{subject}")

    def start(self, case: Case) -> Future[Record]:
        """Run a case in the next free lane."""
        return self._pool.submit(self._run, case)

    def close(self) -> None:
        """Drop what has not started, wait for the rest and close every pod."""
        self._pool.shutdown(cancel_futures=True)
        self._resources.close()

    def _run(self, case: Case) -> Record:
        """Run a case in a lane that is free; after an error of the engine the lane begins anew."""
        lane = self._lanes.get()
        try:
            return lane.run(case)
        except BaseException:
            lane.close()
            raise
        finally:
            self._lanes.put(lane)


class OrdinaryRuns:
    """Runs cases in a process of an ordinary user: names of cases go in, records come out, a line each."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [*as_ordinary_user("from tests.conformance.serve import main; main()"), ORDINARY],
            cwd=_CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._waiting: dict[str, Future[Record]] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, case: Case) -> Future[Record]:
        """Ask the other process to run a case."""
        assert self._process.stdin is not None
        future: Future[Record] = Future()
        self._waiting[case.name] = future
        self._process.stdin.write(case.name + "\n")
        self._process.stdin.flush()
        return future

    def close(self) -> None:
        """Let the other process end."""
        self._process.communicate()
        self._reader.join()

    def _read(self) -> None:
        """Hand out records as they come; what is still waited for at the end has failed."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            name, _, text = line.partition(" ")
            future = self._waiting.pop(name)
            if text.startswith("{"):
                future.set_result(Record.from_json(text))
            else:
                future.set_exception(AssertionError(text.strip()))
        for future in self._waiting.values():
            future.set_exception(
                AssertionError(f"the process of the ordinary user ended: {self._process.wait()}")
            )


def open_runs(subject: str) -> Runs:
    """Return a place to run cases. Raises `EngineMissing`."""
    if subject == ORDINARY:
        if os.geteuid() != 0:
            raise EngineMissing("this already is an ordinary user: see the engine itself")
        make_engine("bubblewrap")
        return OrdinaryRuns()
    engine = make_engine(subject)
    engine.prepare(lambda _: None)
    return LocalRuns(engine, subject)


def as_ordinary_user(program: str) -> list[str]:
    """Return how a Python of an ordinary user runs a program in the checkout. Raises `EngineMissing`."""
    user = os.environ.get(USER_VARIABLE, "nobody")
    group = pwd.getpwnam(user).pw_gid
    for python in (sys.executable, shutil.which("python3", path="/usr/local/bin:/usr/bin") or ""):
        command = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--reset-env"]
        command += ["env", f"HOME={_home_of(user)}", "PYTHONDONTWRITEBYTECODE=1", python, "-c"]
        trial = [*command, "import sandbox, sys; sys.exit(sys.version_info < (3, 11))"]
        if subprocess.run(trial, cwd=_CHECKOUT, capture_output=True, check=False).returncode == 0:
            return [*command, program]
    raise EngineMissing(
        f"{user} has no Python of 3.11 or later that can read this checkout; name another user in {USER_VARIABLE}"
    )


def _home_of(user: str) -> Path:
    """Return a folder of the user's own that outlives the tests, for the environments that are built there."""
    home, entry = Path(f"/var/tmp/coding-challenge-grader-{user}"), pwd.getpwnam(user)
    with contextlib.suppress(FileExistsError):
        home.mkdir(mode=0o700)
        os.chown(home, entry.pw_uid, entry.pw_gid)
    if home.is_symlink() or home.lstat().st_uid != entry.pw_uid:
        raise EngineMissing(f"{home}: is not {user}'s own folder; remove it")
    return home
