"""An engine that contains nothing: what the judge must complain of, to be worth anything."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from sandbox import Ending, Outcome, Output, SandboxSpec, Usage


class BareSandbox:
    """A plain process of this machine; only for harmless programs."""

    def __init__(self, spec: SandboxSpec) -> None:
        self.name = spec.name
        self._folder = tempfile.TemporaryDirectory()
        with tarfile.open(fileobj=io.BytesIO(spec.files)) as archive:
            archive.extractall(self._folder.name, filter="data")
        program = Path(self._folder.name) / spec.command[1].removeprefix("/files/")
        self._process = subprocess.Popen(
            [sys.executable, str(program)],
            env={**os.environ, **spec.environment, "TMPDIR": self._folder.name},
            stdin=subprocess.PIPE if spec.channel else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._started, self._printed = time.monotonic(), b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        if not spec.channel:
            self._reader.start()

    def send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def lines(self) -> Iterator[bytes]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.rstrip(b"\n")

    def output(self) -> Output:
        return Output(self._printed, b"", len(self._printed))

    def wait(self, timeout_s: float | None = None) -> Ending | None:
        try:
            code = self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        if self._reader.ident is not None:
            self._reader.join(1)
        return Ending(Outcome.EXITED if code >= 0 else Outcome.CRASHED, code, None, self.usage())

    def stop(self, grace_s: float) -> Ending:
        return self.kill()

    def kill(self) -> Ending:
        self._process.kill()
        ending = self.wait(10)
        assert ending is not None
        return ending

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def usage(self) -> Usage:
        return Usage(None, None, None, time.monotonic() - self._started)

    def close(self) -> None:
        """End it and remove its files."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._folder.cleanup()

    def _read(self) -> None:
        assert self._process.stdout is not None
        while chunk := os.read(self._process.stdout.fileno(), 65536):
            self._printed += chunk


class BarePod:
    """Processes that share all of this machine."""

    def __init__(self) -> None:
        self._sandboxes: list[BareSandbox] = []

    def start(self, spec: SandboxSpec) -> BareSandbox:
        self._sandboxes.append(BareSandbox(spec))
        return self._sandboxes[-1]

    def close(self) -> None:
        while self._sandboxes:
            self._sandboxes.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
