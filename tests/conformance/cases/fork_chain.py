"""A process that hops on by forking into new sessions is caught by the kill of the whole tree."""

# /// case
# outcomes = ["timed_out"]
# says = ["hopping"]
# limits.wall_s = 1.5
# ///

import os
import time

from attempt import say

if os.fork() == 0:
    while True:
        os.setsid()
        try:
            if os.fork():
                os._exit(0)
        except OSError:
            pass
say("hopping")
time.sleep(60)
