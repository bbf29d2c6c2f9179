"""The Locust process: carries out the examiner's orders, one line of JSON each.

It is started as a program and imports Locust first, which patches sockets and locks of the whole process.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import gevent
import locust.env  # noqa: F401 - patches what follows
from gevent.fileobject import FileObject

from grader.examiner.examination import Address
from grader.examiner.load.bounded import bound_answers
from grader.examiner.load.crowd import Crowd


class Worker:
    """The crowds of all lanes."""

    def __init__(self, locustfile: ModuleType) -> None:
        self._locustfile = locustfile
        self._crowds: dict[str, Crowd] = {}

    def gather(
        self,
        label: str,
        user_class: str,
        users: int,
        patience_s: float,
        prepare_s: float,
        settings: Mapping[str, Any],
    ) -> dict[str, Any]:
        """Let the users of a lane stand ready."""
        address = Address(**settings["address"])
        more = {"address": address, "host": f"http://127.0.0.1:{address.port}"}
        crowd = Crowd(getattr(self._locustfile, user_class), {**settings, **more}, users)
        self._crowds[label] = crowd
        return {"problem": crowd.prepare(prepare_s) or crowd.gather(patience_s)}

    def work(self, labels: list[str], **how: Any) -> dict[str, Any]:  # noqa: ANN401 - as `Crowd.work` takes it
        """Let the users of one or more lanes work at once."""
        jobs = {label: gevent.spawn(self._crowds[label].work, **how) for label in labels}
        return {label: job.get() for label, job in jobs.items()}

    def dismiss(self) -> dict[str, Any]:
        """Send all users home."""
        while self._crowds:
            self._crowds.popitem()[1].dismiss()
        return {}


def _load(path: Path) -> ModuleType:
    """Import the suite's locustfile."""
    spec = importlib.util.spec_from_file_location("locustfile", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} cannot be loaded")
    sys.path.append(str(path.parent))  # a locustfile imports what it shares with tests
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _answer(line: bytes, locustfile: Path, workers: list[Worker]) -> dict[str, Any]:
    """Carry out one order; the first one makes the worker, so that a wrong locustfile is an answer too."""
    try:
        if not workers:
            workers.append(Worker(_load(locustfile)))
        order = json.loads(line)
        answer: dict[str, Any] = getattr(workers[0], order.pop("order"))(**order)
    except Exception as error:
        traceback.print_exc()
        return {"broken": f"{type(error).__name__}: {error}"}
    return answer


def main() -> None:
    """Answer orders until standard input ends; standard output is kept for answers alone."""
    outgoing: BinaryIO = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    bound_answers()
    logging.getLogger("locust").setLevel(logging.CRITICAL)  # or each failed request prints a traceback
    workers: list[Worker] = []
    for line in FileObject(0, "rb"):
        outgoing.write(json.dumps(_answer(line, Path(sys.argv[1]), workers)).encode() + b"\n")
        outgoing.flush()


if __name__ == "__main__":
    main()
