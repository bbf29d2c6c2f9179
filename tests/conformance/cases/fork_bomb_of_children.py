"""A fork bomb whose children fork too ends with the sandbox."""

# /// case
# outcomes = ["timed_out", "exited"]
# limits.wall_s = 1.5
# ///

import os

while True:
    try:
        os.fork()
    except OSError:
        pass
