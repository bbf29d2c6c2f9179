"""/dev/shm is bounded, or is not there."""

# /// case
# outcomes = ["exited", "out_of_memory"]
# limits.file_size_mib = 1024
# limits.memory_mib = 512
# ///

import os

from attempt import must

written = 0
try:
    with open("/dev/shm/fill", "wb", buffering=0) as file:
        while written < 2**30:
            written += file.write(b"x" * 2**18)
except OSError as error:
    must(written <= 128 * 2**20, "bytes in /dev/shm", f"{written >> 20} MiB, then {error}")
    if written:
        os.unlink("/dev/shm/fill")
else:
    must(False, "bytes in /dev/shm", written)
