"""A port that the examiner listens on cannot be taken over, nor its connections shared."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED port"]
# ///

import errno
import os
import socket

from attempt import refused


def listen(address, *options):
    with socket.socket() as thief:
        for option in options:
            thief.setsockopt(socket.SOL_SOCKET, option, 1)
        thief.bind((address, int(os.environ["BYSTANDER_PORT"])))
        thief.listen()


for address in ("127.0.0.1", "0.0.0.0"):
    refused(f"port on {address}", lambda address=address: listen(address), also={errno.EADDRINUSE})
    refused(
        f"port shared on {address}",
        lambda address=address: listen(address, socket.SO_REUSEADDR, socket.SO_REUSEPORT),
        also={errno.EADDRINUSE},
    )
