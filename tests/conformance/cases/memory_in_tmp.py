"""Files in /tmp count as the sandbox's memory, where /tmp is larger than that."""

# /// case
# outcomes = ["out_of_memory"]
# limits.memory_mib = 64
# limits.tmp_mib = 256
# limits.file_size_mib = 256
# ///

import time

from attempt import must

with open("/tmp/large", "wb", buffering=0) as file:
    try:
        while True:
            file.write(b"x" * 2**20)
    except OSError as error:  # no larger than it may be seen, until it is
        refusal = f"{file.tell() >> 20} MiB, then {error}"
time.sleep(5)
must(False, "memory in /tmp", refusal)
