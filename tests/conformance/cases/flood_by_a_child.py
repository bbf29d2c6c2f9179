"""A flood of output by a child, after its parent's end or before, is an end too."""

# /// case
# outcomes = ["output_limit"]
# ///

import os
import time

if os.fork() == 0:
    os.setsid()
    while True:
        os.write(1, b"x" * 65536)
time.sleep(60)
