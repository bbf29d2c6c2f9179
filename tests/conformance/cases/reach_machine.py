"""No service of the machine can be reached, whatever address it listens on."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED machine"]
# ///

import errno
import os
import socket

from attempt import must, refused

FAR = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ECONNREFUSED, errno.EADDRNOTAVAIL}
tried = 0
for address in ("127.0.0.1", "127.0.0.2", "0.0.0.0", "172.17.0.1", *os.environ["HOST_ADDRESSES"].split()):
    for port in (*os.environ["HOST_PORTS"].split(), "22", "2375", "2376"):
        tried += 1
        refused(
            f"machine {address}:{port}",
            lambda a=address, p=port: socket.create_connection((a, int(p)), 2),
            also=FAR,
        )
must(tried > 12, "machine", tried)


def connect_abstract():
    with socket.socket(socket.AF_UNIX) as link:
        link.connect("\0" + os.environ["HOST_ABSTRACT"])


refused("machine's abstract socket", connect_abstract, also={errno.ECONNREFUSED})
