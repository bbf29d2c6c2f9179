"""Threads that all spin are ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# limits.wall_s = 1.5
# ///

import itertools
import threading

for _ in range(8):
    threading.Thread(target=lambda: any(itertools.repeat(0))).start()
