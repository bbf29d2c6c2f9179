"""Which processors a grading may use: one for the judge, one for the judged, never two gradings on one."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from grader.errors import GradingFailed


@dataclass(frozen=True, slots=True)
class Cores:
    """Processors by number; empty where there is only one, so that nothing is pinned."""

    judge: tuple[int, ...]
    judged: tuple[int, ...]


@contextmanager
def reserve(processors: tuple[int, ...], say: Callable[[str], None]) -> Iterator[Cores]:
    """Hold a processor for the judged side until the context is left; wait where all are taken.

    The lock is the kernel's (`flock`), so that a killed grader frees its processor.
    """
    if len(processors) < 2:
        yield Cores((), ())
        return
    judge, *candidates = processors
    with _first_free(tuple(candidates), say) as core:
        yield Cores((judge,), (core,))


@contextmanager
def _first_free(candidates: tuple[int, ...], say: Callable[[str], None]) -> Iterator[int]:
    """Hold a free processor, else queue up for one of them: the kernel wakes those who wait in turn."""
    for core in reversed(candidates):
        lock = _open_lock(core)
        if _lock(lock, fcntl.LOCK_NB):
            break
        lock.close()
    else:
        say("waiting for a processor: other gradings hold all of them")
        core = candidates[os.getpid() % len(candidates)]
        lock = _open_lock(core)
        _lock(lock)
    with lock:
        yield core


def _open_lock(core: int) -> BinaryIO:
    folder = Path(tempfile.gettempdir()) / f"grader-cores-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise GradingFailed(f"{folder} belongs to another user; expected a folder of our own")
    return (folder / f"core-{core}.lock").open("wb")


def _lock(lock: BinaryIO, how: int = 0) -> bool:
    """Take a lock; with `LOCK_NB` say whether it was free, else wait for it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | how)
    except BlockingIOError:
        return False
    return True
