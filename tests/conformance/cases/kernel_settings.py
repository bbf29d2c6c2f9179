"""No setting of the kernel can be written."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED settings"]
# limits.wall_s = 20.0
# ///

import os

from attempt import must


def write_back(path):
    """Write what a setting already is: some can be opened by everybody, and refuse only then."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        return os.write(descriptor, os.read(descriptor, 4096))
    except OSError:
        return 0


opened, looked = [], 0
for root in ("/proc/sys", "/sys"):
    for folder, folders, files in os.walk(root):
        if folder.count("/") > 6:
            folders.clear()
        for name in files:
            looked += 1
            if write_back(f"{folder}/{name}"):
                opened.append(f"{folder}/{name}")
must(not opened, "settings", f"{len(opened)} of {looked} can be written: {opened[:5]}")
