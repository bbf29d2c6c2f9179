"""Runs git within bounds and shut off from everything around it: configuration, hooks, prompts, helpers, filters."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from grader.errors import GradingFailed, SubmissionError
from grader.intake.bounds import MIB, Bounds, show_bytes
from grader.intake.git_surroundings import furnish

_FIRST_POLL_S, _LONGEST_POLL_S = 0.002, 0.05
_MEMORY_BYTES = 2 * 1024 * MIB
_SHOWN_ERROR_BYTES = 8 * 1024

INCOMPLETE = "is not whole: an object is missing or damaged; send a full clone, a folder or an archive"


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished git left: its exit status, the file that holds its output, and its last words."""

    status: int
    output: Path
    complaint: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A running git: where it is asked and where it answers."""

    requests: IO[bytes]
    answers: IO[bytes]
    pid: int

    def has_ended_well(self) -> bool:
        """Wait for the end, and say whether git found nothing wrong."""
        ending = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        return ending is not None and ending.si_code == os.CLD_EXITED and ending.si_status == 0


class Git:
    """Runs git in a folder of ours, which nothing git does may outgrow, until a deadline that all runs share.

    `protocols` are the only ways by which git may reach another repository, `login` (an https URL with nothing but
    user, password and host) is what it may answer when it is asked there.
    """

    def __init__(self, folder: Path, bounds: Bounds, protocols: str = "", login: str = "") -> None:
        self.folder = folder
        self.repository = folder / "repository"
        self._bounds = bounds
        self._deadline = time.monotonic() + bounds.fetch_s
        folder.mkdir(mode=0o700)
        self._environment = furnish(folder, protocols, login)

    def initialise(self, object_format: str = "sha1") -> None:
        """Make an empty repository for what follows."""
        result = self.run("init", "--quiet", "--bare", "--template=", f"--object-format={object_format}")
        if result.status:
            raise GradingFailed(f"git could not make a repository: {result.complaint}")

    def run(self, *arguments: str) -> Result:
        """Run git to its end. Raises `SubmissionError` where it takes too long or fetches too much."""
        output, complaint = self.folder / "output", self.folder / "complaint"
        with (
            output.open("wb") as out,
            complaint.open("wb") as err,
            self._start(arguments, None, out, err) as process,
        ):
            pause = _FIRST_POLL_S
            while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                self._check_bounds()
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_POLL_S)
        self._check_bounds()
        return Result(process.returncode, output, _last_words(complaint))

    @contextmanager
    def talk(self, *arguments: str) -> Iterator[Talk]:
        """Run git with open pipes; it is killed at the deadline and when the context ends."""
        expired = threading.Event()
        with self._start(arguments, subprocess.PIPE, subprocess.PIPE, subprocess.DEVNULL) as process:
            if process.stdin is None or process.stdout is None:
                raise GradingFailed("git was started without pipes")

            def expire() -> None:
                expired.set()
                _kill(process.pid)

            timer = threading.Timer(max(0.0, self._deadline - time.monotonic()), expire)
            timer.start()
            try:
                yield Talk(process.stdin, process.stdout, process.pid)
            except (SubmissionError, BrokenPipeError) as error:
                if expired.is_set():
                    raise SubmissionError(self._too_slow()) from None
                if isinstance(error, BrokenPipeError):
                    raise SubmissionError(INCOMPLETE) from None
                raise
            finally:
                timer.cancel()
                timer.join()
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
                process.stdout.close()

    @contextmanager
    def _start(
        self, arguments: tuple[str, ...], stdin: int | None, stdout: int | IO[bytes], stderr: int | IO[bytes]
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start git as the leader of a group of its own, and kill the whole group at the end."""
        if shutil.which("git") is None:
            raise GradingFailed("git is not installed here; install it, or give a folder or an archive")
        process = subprocess.Popen(
            [*_tied_to_us(), "git", "--no-pager", f"--git-dir={self.repository}", *arguments],
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=stdout,
            stderr=stderr,
            cwd=self.folder,
            env=self._environment,
            start_new_session=True,
        )
        try:
            _limit(process.pid, self._bounds.fetched_bytes)
            yield process
        finally:
            _kill(process.pid)  # before its leader is waited for, so that the group's number is still its own
            process.wait()

    def _check_bounds(self) -> None:
        if time.monotonic() > self._deadline:
            raise SubmissionError(self._too_slow())
        if _size(self.folder) > self._bounds.fetched_bytes:
            limit = show_bytes(self._bounds.fetched_bytes)
            raise SubmissionError(
                f"is a repository over {limit}; remove large files, or send a folder or an archive"
            )

    def _too_slow(self) -> str:
        return f"git took longer than {self._bounds.fetch_s:g} s; try again, or send a folder or an archive"


def _tied_to_us() -> list[str]:
    """Return what goes before a command so that the kernel ends it with us, even where we are killed ourselves."""
    return ["setpriv", "--pdeathsig=KILL", "--"] if shutil.which("setpriv") else []


def _limit(pid: int, file_bytes: int) -> None:
    """Bound the files and memory of a process that has just started, and of all that it starts."""
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (file_bytes + MIB, file_bytes + MIB))
        resource.prlimit(pid, resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _size(folder: Path) -> int:
    """Return how much a folder holds; files that vanish meanwhile count nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(Path(parent) / name).st_size
    return total


def _last_words(path: Path) -> str:
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _SHOWN_ERROR_BYTES))
        return stream.read().decode("utf-8", "replace").strip()
