"""A grader that is about to be killed: `python -m tests.conformance.doomed ENGINE TOKEN` keeps making sandboxes."""

from __future__ import annotations

import sys

from tests.conformance.engines import make_engine
from tests.conformance.programs import program

SLEEP = """
import os, time
open('/data/mark', 'w').close()
if os.fork() == 0:
    os.setsid()
time.sleep(600)
"""


def main(engine_name: str, token: str) -> None:
    """Open a pod, start two sandboxes that stay and then others that come and go, until killed."""
    engine = make_engine(engine_name)
    environment = {"TOKEN": token}
    sys.stdout.write("opening\n")
    sys.stdout.flush()
    pod = engine.open_pod()
    for name in ("left", "right"):
        pod.start(program(SLEEP, name=name, data=True, wall_s=None, environment=environment))
    sys.stdout.write("started\n")
    sys.stdout.flush()
    while True:
        pod.start(program(SLEEP, name="passing", data=True, environment=environment)).kill()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
