"""There are no devices but the harmless ones."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED devices", "CONTAINED /dev/kvm"]
# ///

import os
import stat

from attempt import must, refused

# null, zero, full, random, urandom, tty, console, ptmx; pseudo-terminals have major 136 to 143.
HARMLESS = {(1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2)}
found = []
for folder, _, files in os.walk("/dev"):
    for name in files:
        status = os.lstat(f"{folder}/{name}")
        number = (os.major(status.st_rdev), os.minor(status.st_rdev))
        is_device = stat.S_ISBLK(status.st_mode) or stat.S_ISCHR(status.st_mode)
        if is_device and number not in HARMLESS and not 136 <= number[0] <= 143:
            found.append((f"{folder}/{name}", number))
must(not found, "devices", found)
for path in (
    "/dev/kvm",
    "/dev/fuse",
    "/dev/net/tun",
    "/dev/mem",
    "/dev/kmsg",
    "/dev/vda",
    "/dev/sda",
    "/dev/loop-control",
    "/dev/vhost-vsock",
):
    refused(path, lambda path=path: os.open(path, os.O_RDWR))
