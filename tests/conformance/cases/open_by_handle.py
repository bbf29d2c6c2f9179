"""No file can be opened by its number, past every path."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED open_by_handle_at"]
# ///

import os
import struct

from attempt import refused
from raw import call

# Inode 2 is the root folder of an ext4 file system.
handle = struct.pack("IiII", 8, 1, 2, 0)
for folder in ("/", "/files", "/etc/hosts"):
    descriptor = os.open(folder, os.O_RDONLY)
    refused(
        f"open_by_handle_at {folder}",
        lambda descriptor=descriptor: call("open_by_handle_at", descriptor, handle, os.O_RDONLY),
    )
