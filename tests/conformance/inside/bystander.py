"""The other sandbox of every pod: holds secrets, answers a line with a line, and serves connections."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading


def serve(listener: socket.socket) -> None:
    """Answer every connection with one line."""
    while True:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"served\n")


def main() -> None:
    """Listen, keep the secret in memory, in a file and in the environment, and answer until the end."""
    secret = os.environ["BYSTANDER_SECRET"]
    with open(f"{tempfile.gettempdir()}/secret.txt", "w", encoding="utf-8") as file:
        file.write(secret)
    listener = socket.create_server(("127.0.0.1", int(os.environ["BYSTANDER_PORT"])), backlog=64)
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"heard {line}")
        sys.stdout.flush()


main()
