"""Runs after a hostile program, in its place: all that an honest program needs must be there again."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
from pathlib import Path


def main() -> None:
    """Write a file, start a thread and a process, talk to the bystander, say so."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "note.txt").write_text("note", encoding="utf-8")
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    child = os.fork()
    if child == 0:
        os._exit(7)
    _, status = os.waitpid(child, 0)
    with socket.create_connection(("127.0.0.1", int(os.environ["BYSTANDER_PORT"])), 5) as connection:
        served = connection.recv(64)
    tmp = sorted(os.listdir("/tmp"))
    sys.stdout.write(f"works {os.waitstatus_to_exitcode(status)} {served.decode().strip()} {tmp}\n")


main()
