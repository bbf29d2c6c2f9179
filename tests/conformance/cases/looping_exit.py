"""An exit handler that never ends is ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# says = ["leaving"]
# limits.wall_s = 1.5
# ///

import atexit
import time

from attempt import say

atexit.register(time.sleep, 600)
say("leaving")
