"""No priority can be raised."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED niceness", "CONTAINED real-time scheduling"]
# ///

import os

from attempt import refused

refused("niceness", lambda: os.nice(-5))
refused("niceness of the group", lambda: os.setpriority(os.PRIO_PGRP, 0, -5))
refused("real-time scheduling", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
