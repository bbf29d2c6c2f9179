"""There is a loopback interface, no other, and no route; neither can be added."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED interfaces", "CONTAINED routes", "CONTAINED a new address"]
# ///

import errno
import fcntl
import socket
import struct

from attempt import must, refused

with open("/proc/net/dev", encoding="utf-8") as file:
    names = [line.split(":")[0].strip() for line in file.read().splitlines()[2:]]
must(
    "lo" in names
    and not any(name.startswith(("eth", "en", "docker", "veth", "br-", "wlan")) for name in names),
    "interfaces",
    names,
)
with open("/proc/net/route", encoding="utf-8") as file:
    routes = file.read().splitlines()[1:]
must(not routes, "routes", routes)


def add_address():
    with socket.socket() as link:
        request = struct.pack(
            "16sH2s4s8s", b"lo:1", socket.AF_INET, b"\0\0", socket.inet_aton("10.9.8.7"), b""
        )
        fcntl.ioctl(link, 0x8916, request)


def make_tunnel():
    with open("/dev/net/tun", "r+b", buffering=0) as tunnel:
        fcntl.ioctl(tunnel, 0x400454CA, struct.pack("16sH22s", b"tun0", 0x1001, b""))


refused("a new address", add_address)
refused("a tunnel", make_tunnel, also={errno.ENODEV})
