"""The words of this package: what a sandbox is given, how it ended, and what every engine offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

FILES_ROOT = "/files"
"""Where a sandbox finds its files, read-only."""

DATA_ROOT = "/data"
"""A writable folder that lives as long as the pod, where a specification asks for it."""


class Image(StrEnum):
    """Which set of packages a sandbox sees."""

    CANDIDATE = "candidate"
    EXAMINER = "examiner"
    DATABASE = "database"


class Outcome(StrEnum):
    """How a sandbox ended; in doubt the earlier rule wins: what we did, the kernel's OOM flag, exit or signal."""

    EXITED = "exited"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    FAILED_TO_START = "failed_to_start"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sandbox may use; reaching memory, output or wall time ends it."""

    wall_s: float | None = None
    memory_mib: int = 512
    processes: int = 128
    open_files: int = 1024
    file_size_mib: int = 256
    tmp_mib: int = 64
    tmp_inodes: int = 8192
    output_mib: float = 32.0


@dataclass(frozen=True, slots=True)
class SandboxSpec:
    """One sandbox to start.

    `files` is an uncompressed tar, unpacked read-only under `FILES_ROOT`, which is also the working directory
    unless `workdir` names another. With `channel`, standard input stays open for `Sandbox.send` and standard
    output is delivered by `Sandbox.lines`; without it, standard input is empty and both outputs are captured.
    `cpus` pins the sandbox to processors by number; empty means any.
    """

    name: str
    image: Image
    command: tuple[str, ...]
    files: bytes
    environment: Mapping[str, str] = field(default_factory=dict)
    workdir: str = FILES_ROOT
    limits: Limits = field(default_factory=Limits)
    cpus: tuple[int, ...] = ()
    channel: bool = False
    data: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """The kernel's account of a sandbox's process tree; `None` is "unavailable", never a guess."""

    cpu_s: float | None
    memory_mib: float | None
    peak_memory_mib: float | None
    wall_s: float


@dataclass(frozen=True, slots=True)
class Output:
    """The beginning and the end of what a sandbox printed, standard output and error together, undecoded."""

    head: bytes
    tail: bytes
    total_bytes: int

    def last_text(self, limit: int) -> str:
        """Return the last bytes, at most `limit`, decoded with replacement; what was dropped shows as a gap."""
        is_whole = len(self.head) == self.total_bytes
        shown = self.head if is_whole else self.head + b"\n...\n" + self.tail
        return shown[-limit:].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a sandbox ended. `exit_code` and `signal` are `None` where they are not known or do not apply."""

    outcome: Outcome
    exit_code: int | None
    signal: int | None
    usage: Usage
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What `grader doctor` says of an engine: `problems` each with what to do, `limitations` as they are."""

    name: str
    version: str
    is_available: bool
    facts: Mapping[str, str]
    problems: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()


class Sandbox(Protocol):
    """One isolated process tree. Every method may be called from any thread, also after the end."""

    @property
    def name(self) -> str:
        """The name in its pod."""

    def send(self, data: bytes) -> None:
        """Write to standard input (channel only). Raises `BrokenPipeError` once it has ended."""

    def lines(self) -> Iterator[bytes]:
        """Yield standard output line by line, without the newline, until it ends (channel only)."""

    def output(self) -> Output:
        """Return what was captured so far (of a channel's sandbox: standard error)."""

    def wait(self, timeout_s: float | None = None) -> Ending | None:
        """Wait for the end; `None` where it still runs after `timeout_s` seconds."""

    def stop(self, grace_s: float) -> Ending:
        """Send SIGTERM to the first process, kill the whole tree after `grace_s` seconds."""

    def kill(self) -> Ending:
        """Kill the whole tree."""

    def pause(self) -> None:
        """Freeze every process of the tree."""

    def resume(self) -> None:
        """Let a frozen tree go on."""

    def usage(self) -> Usage:
        """Return the account so far, or as it was at the end."""


class Pod(Protocol):
    """Sandboxes that share one loopback network and nothing else. Leaving the context ends all of them."""

    def start(self, spec: SandboxSpec) -> Sandbox:
        """Start a sandbox. A name may be used again once its sandbox has ended. Raises `PodError`."""

    def discard_data(self, name: str) -> None:
        """Forget the data folder of a name whose sandbox has ended; its next sandbox starts with an empty one."""

    def close(self) -> None:
        """Kill what runs and remove every trace; safe to call twice."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Engine(Protocol):
    """Something that makes pods."""

    @property
    def name(self) -> str:
        """The name that `--engine` takes."""

    def describe(self) -> EngineFacts:
        """Look at the machine without changing it; never raises."""

    def processors(self) -> tuple[int, ...]:
        """Return the numbers of the processors that sandboxes may be pinned to."""

    def prepare(self, say: Callable[[str], None]) -> None:
        """Build what is missing (images, environments), telling each step to `say`. Raises `SandboxError`."""

    def open_pod(self) -> Pod:
        """Open an empty pod. Raises `SandboxError` where that cannot be done."""

    def reap(self) -> int:
        """Remove what killed graders left behind; return how many things were removed."""
