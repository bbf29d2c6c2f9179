"""A fork bomb stops at the limit of processes."""

# /// case
# outcomes = ["exited", "timed_out"]
# says = ["CONTAINED forks"]
# limits.wall_s = 3.0
# ///

import os
import time

from attempt import must

forked = 0
try:
    while forked < 1000:
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        forked += 1
except OSError as error:
    must(True, "forks", f"{forked} then {error}")
else:
    must(False, "forks", forked)
time.sleep(0.5)
