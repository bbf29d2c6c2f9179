"""No public address can be reached, and that is known at once."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED tcp", "CONTAINED udp", "CONTAINED metadata"]
# ///

import errno
import socket

from attempt import refused

UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def connect(address, kind=socket.SOCK_STREAM, family=socket.AF_INET):
    with socket.socket(family, kind) as link:
        link.settimeout(2)
        link.connect(address)
        return link.getpeername()


for address in ("1.1.1.1", "8.8.8.8", "192.0.2.1", "10.0.0.1", "172.17.0.1", "192.168.0.1"):
    refused(f"tcp {address}", lambda address=address: connect((address, 80)), also=UNREACHABLE)
    refused(
        f"udp {address}", lambda address=address: connect((address, 53), socket.SOCK_DGRAM), also=UNREACHABLE
    )
refused("metadata", lambda: connect(("169.254.169.254", 80)), also=UNREACHABLE)
refused("broadcast", lambda: connect(("255.255.255.255", 9), socket.SOCK_DGRAM), also=UNREACHABLE)
refused("multicast", lambda: connect(("224.0.0.1", 9), socket.SOCK_DGRAM), also=UNREACHABLE)
refused(
    "tcp of IPv6", lambda: connect(("2001:4860:4860::8888", 80), family=socket.AF_INET6), also=UNREACHABLE
)
