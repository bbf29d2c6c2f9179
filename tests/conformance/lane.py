"""A lane runs one case after another in one pod, beside a bystander, and records what the trusted side saw."""

from __future__ import annotations

import contextlib
import io
import secrets
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue

from sandbox import Ending, Engine, Image, Limits, Pod, Sandbox, SandboxError, SandboxSpec
from tests.conformance.case import Case
from tests.conformance.record import Record
from tests.conformance.witness import Host, command_of, kernel_settings, new_secret, processes_with

PYTHON = "/opt/venv/bin/python"
_INSIDE = Path(__file__).with_name("inside")
_ANSWER_S = 20.0  # generous: it only has to tell "slow" from "never"
_SETTLE_S = 2.0


def tar_of(files: dict[str, bytes]) -> bytes:
    """Pack files into the tar that a sandbox is given."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def inside(name: str) -> bytes:
    """Return one of the programs that run in sandboxes beside the cases."""
    return (_INSIDE / name).read_bytes()


class Bystander:
    """The trusted sandbox of a pod: it must go on answering, whatever its neighbour does."""

    def __init__(self, pod: Pod, port: int) -> None:
        self.secrets = {"file": new_secret(), "environment": new_secret()}
        self._sandbox = pod.start(
            SandboxSpec(
                name="bystander",
                image=Image.EXAMINER,
                command=(PYTHON, "/files/bystander.py"),
                files=tar_of(
                    {"bystander.py": inside("bystander.py"), "hidden.txt": self.secrets["file"].encode()}
                ),
                environment={"BYSTANDER_SECRET": self.secrets["environment"], "BYSTANDER_PORT": str(port)},
                limits=Limits(memory_mib=128, processes=32),
                channel=True,
            )
        )
        self._lines: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        if self._next() != "ready":
            raise SandboxError(
                f"the bystander did not start: {self._sandbox.wait(0)} {self._sandbox.output()}"
            )

    def answer(self) -> str:
        """Ask for a line that nobody could have prepared; return "answers" or what came instead."""
        word = secrets.token_hex(8)
        try:
            self._sandbox.send(f"{word}\n".encode())
        except OSError as error:
            return f"{error!r}; {self._sandbox.wait(0)}"
        heard = self._next()
        return "answers" if heard == f"heard {word}" else f"said {heard!r}; {self._sandbox.wait(0)}"

    def _listen(self) -> None:
        for line in self._sandbox.lines():
            self._lines.put(line.decode())

    def _next(self) -> str:
        try:
            return self._lines.get(timeout=_ANSWER_S)
        except Empty:
            return "nothing"


class Lane:
    """Runs cases on one engine, one at a time; several lanes may run beside one another."""

    def __init__(self, engine: Engine, engine_name: str, host: Host, port: int) -> None:
        self._engine, self._engine_name, self._host, self._port = engine, engine_name, host, port
        self._pod: Pod | None = None
        self._bystander: Bystander | None = None

    def run(self, case: Case) -> Record:
        """Run a case and what follows it; the pod is kept for the next case if it still works."""
        if self._pod is None or self._bystander is None:
            self._pod = self._engine.open_pod()
            self._bystander = Bystander(self._pod, self._port)
        token = f"token-{secrets.token_hex(16)}"
        before, reached_before = kernel_settings(), len(self._host.reached)
        record = self._hostile(self._pod, case, token)
        after = kernel_settings()
        record = replace(
            record,
            leaked=self._leaked(record.printed, self._bystander),
            changed=tuple(path for path in before if after.get(path) != before[path]),
            reached=tuple(self._host.reached[reached_before:]),
            survivors=_survivors(token),
            bystander=self._bystander.answer(),
            successor=self._successor(self._pod, case),
        )
        if record.bystander != "answers" or not record.successor.startswith("works"):
            self.close()
        elif case.data:
            self._pod.discard_data("candidate")
        return record

    def close(self) -> None:
        """Close the pod; the next case opens another."""
        if self._pod is not None:
            self._pod.close()
        self._pod = self._bystander = None

    def _hostile(self, pod: Pod, case: Case, token: str) -> Record:
        """Run the hostile program to its end, counting its threads meanwhile."""
        files = {"case.py": case.source} | {name: inside(name) for name in ("attempt.py", "raw.py")}
        environment = {"TOKEN": token, "BYSTANDER_PORT": str(self._port), **self._host.environment()}
        sandbox = pod.start(_specification(case, "case.py", files, environment))
        drained = _drain(sandbox) if case.channel else []
        peak_threads, ending = _watch(sandbox, token, (case.limits.wall_s or 0.0) + _ANSWER_S)
        output = sandbox.output()
        kept = output.head + output.tail
        return Record(
            case=case.name,
            engine=self._engine_name,
            outcome=ending.outcome,
            exit_code=ending.exit_code,
            signal=ending.signal,
            detail=ending.detail[:200],
            printed=(b"\n".join(drained) + kept).decode("latin-1"),
            kept_bytes=len(kept),
            total_bytes=output.total_bytes,
            wall_s=ending.usage.wall_s,
            peak_memory_mib=ending.usage.peak_memory_mib,
            peak_threads=peak_threads,
        )

    def _successor(self, pod: Pod, case: Case) -> str:
        """Start an honest program in the hostile one's place; return what it printed."""
        environment = {"BYSTANDER_PORT": str(self._port)}
        files = {"successor.py": inside("successor.py")}
        try:
            sandbox = pod.start(_specification(case, "successor.py", files, environment, channel=False))
            ending = sandbox.wait(_ANSWER_S) or sandbox.kill()
        except SandboxError as error:
            return f"failed: {error!r}"
        printed = sandbox.output().head.decode(errors="replace").strip()
        return printed if printed.startswith("works") else f"failed: {ending}: {printed}"

    def _leaked(self, printed: str, bystander: Bystander) -> tuple[str, ...]:
        """Return which secrets a program got hold of."""
        known = {f"the bystander's {where}": secret for where, secret in bystander.secrets.items()}
        known["the machine's"] = self._host.secret
        return tuple(where for where, secret in known.items() if secret in printed)


def _specification(
    case: Case,
    program: str,
    files: dict[str, bytes],
    environment: dict[str, str],
    channel: bool | None = None,
) -> SandboxSpec:
    """Return the candidate's sandbox of a pod, with a program of ours in it."""
    return SandboxSpec(
        name="candidate",
        image=Image.CANDIDATE,
        command=(PYTHON, f"/files/{program}"),
        files=tar_of(files),
        environment=environment,
        limits=case.limits,
        cpus=case.cpus,
        channel=case.channel if channel is None else channel,
        data=case.data,
    )


def _drain(sandbox: Sandbox) -> list[bytes]:
    """Collect the lines of a channel in the background, the first thousand of them."""
    collected: list[bytes] = []

    def collect() -> None:
        for line in sandbox.lines():
            if len(collected) < 1000:
                collected.append(line[:1000])

    threading.Thread(target=collect, daemon=True).start()
    return collected


def _watch(sandbox: Sandbox, token: str, at_most_s: float) -> tuple[int, Ending]:
    """Wait for the end; return the most threads seen at once. Raises where it never ends."""
    peak = 0
    deadline = time.monotonic() + at_most_s
    while time.monotonic() < deadline:
        ending = sandbox.wait(0.15)
        if ending is not None:
            return peak, ending
        peak = max(peak, sum(processes_with(token).values()))
    raise AssertionError(
        f"still running {at_most_s:.0f} s after its start, and not ended by {sandbox.kill()}"
    )


def _survivors(token: str) -> tuple[str, ...]:
    """Return the processes that still run a moment after the end."""
    deadline = time.monotonic() + _SETTLE_S
    while (left := processes_with(token)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return tuple(f"{process} {command_of(process)}" for process in left)


@contextlib.contextmanager
def open_lane(engine: Engine, engine_name: str, host: Host, port: int) -> Iterator[Lane]:
    """Open a lane and close its pod at the end."""
    lane = Lane(engine, engine_name, host, port)
    try:
        yield lane
    finally:
        lane.close()
