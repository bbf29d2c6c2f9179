"""Sockets of families that no challenge needs cannot be made: virtual machines', kernel crypto, raw, packet."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED AF_VSOCK", "CONTAINED AF_ALG", "CONTAINED raw", "CONTAINED packet"]
# ///

import errno
import socket

from attempt import refused

UNKNOWN = {errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT, errno.EINVAL}
AF = {
    "AF_VSOCK": 40,
    "AF_ALG": 38,
    "AF_BLUETOOTH": 31,
    "AF_XDP": 44,
    "AF_TIPC": 30,
    "AF_CAN": 29,
    "AF_KEY": 15,
    "AF_RDS": 21,
}
for name, family in AF.items():
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
        refused(
            f"{name} {kind.name}",
            lambda family=family, kind=kind: socket.socket(family, kind, 0),
            also=UNKNOWN,
        )
refused("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))
refused(
    "raw of IPv6",
    lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6),
    also=UNKNOWN,
)
refused("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x300), also=UNKNOWN)
refused("packet datagram", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0x300), also=UNKNOWN)
