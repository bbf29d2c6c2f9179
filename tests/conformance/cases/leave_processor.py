"""A sandbox that is pinned to a processor stays there."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED processors"]
# cpus = [0]
# ///

import os

from attempt import must, say

must(os.sched_getaffinity(0) == {0}, "processors given", os.sched_getaffinity(0))
try:
    os.sched_setaffinity(0, range(64))
except OSError as error:
    say(repr(error))
must(os.sched_getaffinity(0) == {0}, "processors", os.sched_getaffinity(0))
