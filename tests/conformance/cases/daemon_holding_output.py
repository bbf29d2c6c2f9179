"""A daemon that keeps standard output open does not put off the end."""

# /// case
# outcomes = ["exited"]
# says = ["parent ends"]
# limits.wall_s = 6.0
# ///

import os
import time

from attempt import say

if os.fork() == 0:
    os.setsid()
    time.sleep(600)
say("parent ends")
os._exit(0)
