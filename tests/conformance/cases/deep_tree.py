"""A tree of thousands of folders in /data stops neither the next sandbox nor the end of the pod."""

# /// case
# outcomes = ["exited"]
# says = ["levels"]
# data = true
# limits.wall_s = 20.0
# limits.memory_mib = 256
# ///

import os

from attempt import say

os.chdir("/data")
made = 0
try:
    while made < 5000:
        os.mkdir("d" * 50)
        os.chdir("d" * 50)
        made += 1
except OSError as error:
    say(repr(error))
say(f"{made} levels")
