"""No descriptor is inherited but the three standard ones."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED descriptors"]
# ///

import os

from attempt import must

found = {}
for number in range(256):
    try:
        found[number] = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        pass
must(set(found) <= {0, 1, 2}, "descriptors", found)
for number in (0, 1, 2):
    must(
        not found.get(number, "").startswith("/dev/pts") and "docker.sock" not in found.get(number, ""),
        f"descriptor {number}",
        found.get(number),
    )
