"""No device node can be made."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED block device", "CONTAINED character device"]
# ///

import os
import stat

from attempt import refused

for folder in ("/tmp", "/dev", "/dev/shm"):
    refused(
        f"block device in {folder}",
        lambda folder=folder: os.mknod(f"{folder}/disk", stat.S_IFBLK | 0o666, os.makedev(8, 0)),
    )
    refused(
        f"character device in {folder}",
        lambda folder=folder: os.mknod(f"{folder}/mem", stat.S_IFCHR | 0o666, os.makedev(1, 1)),
    )
