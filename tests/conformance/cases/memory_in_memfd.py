"""Files without a name (memfd) count as the sandbox's memory, or are refused."""

# /// case
# outcomes = ["out_of_memory", "exited"]
# limits.file_size_mib = 1024
# ///

import os

from attempt import must

try:
    hoard = [os.memfd_create("hoard")]
    for _ in range(1024):
        os.write(hoard[0], b"x" * 2**20)
except OSError as error:
    must(True, "memfd", error)
else:
    must(False, "memfd of 1 GiB")
