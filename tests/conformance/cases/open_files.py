"""Open files are bounded, sockets and pipes among them."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED open files"]
# ///

import os
import socket

from attempt import must

held = []
try:
    while len(held) < 5000:
        held.append((os.pipe(), socket.socket()))
except OSError as error:
    count = len(held) * 3
    held.clear()
    must(count <= 256, "open files", f"{count}, then {error}")
else:
    must(False, "open files", len(held))
