"""A neighbour that is flooded with connections goes on answering."""

# /// case
# outcomes = ["exited", "timed_out"]
# says = ["connected"]
# limits.wall_s = 3.0
# ///

import os
import socket
import time

from attempt import say

held = []
end = time.monotonic() + 1.5
while time.monotonic() < end:
    try:
        held.append(socket.create_connection(("127.0.0.1", int(os.environ["BYSTANDER_PORT"])), 1))
    except OSError:
        held.clear()
say("connected")
