"""Which processors a grading may use: one for the judge, one for the judged, never two gradings on one."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_LOOK_AGAIN_S = 0.1


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
    has_said = False
    while True:
        for core in reversed(candidates):
            lock = _try_lock(core)
            if lock is not None:
                with lock:
                    yield core
                return
        if not has_said:
            say("waiting for a processor: other gradings hold all of them")
            has_said = True
        time.sleep(_LOOK_AGAIN_S)


def _try_lock(core: int) -> BinaryIO | None:
    folder = Path(tempfile.gettempdir()) / f"grader-cores-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise OSError(f"{folder} belongs to another user; expected a folder of our own")
    lock = (folder / f"core-{core}.lock").open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
