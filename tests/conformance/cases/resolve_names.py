"""No name but localhost is resolved, and that is known at once."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED names", "CONTAINED localhost", "CONTAINED time"]
# ///

import socket
import time

from attempt import must

started = time.monotonic()
for name in ("example.org", "host.docker.internal", "metadata.google.internal", "gateway.docker.internal"):
    try:
        found = socket.getaddrinfo(name, 80)
    except socket.gaierror as error:
        must(True, "names", f"{name}: {error}")
    else:
        must(False, "names", f"{name}: {found}")
must(time.monotonic() - started < 5, "time", "of asking")
must(socket.gethostbyname("localhost") == "127.0.0.1", "localhost")
