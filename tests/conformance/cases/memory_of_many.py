"""Many processes share one limit of memory."""

# /// case
# outcomes = ["out_of_memory"]
# ///

import os
import time

for _ in range(8):
    if os.fork() == 0:
        held = b"x" * (30 * 2**20)
        time.sleep(5)
        os._exit(len(held) & 0)
for _ in range(8):
    os.wait()
