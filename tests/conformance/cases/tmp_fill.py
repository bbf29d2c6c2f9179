"""/tmp is bounded in bytes."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED bytes in /tmp"]
# limits.file_size_mib = 1024
# limits.memory_mib = 512
# ///

import os

from attempt import must

written = 0
try:
    with open("/tmp/fill", "wb", buffering=0) as file:
        while written < 2**28:
            written += file.write(b"x" * 2**18)
except OSError as error:
    must(written <= 17 * 2**20, "bytes in /tmp", f"{written >> 20} MiB, then {error}")
else:
    must(False, "bytes in /tmp", written)
os.unlink("/tmp/fill")
