"""A program that ignores every signal is ended by the wall clock all the same."""

# /// case
# outcomes = ["timed_out"]
# says = ["ignoring"]
# limits.wall_s = 1.5
# ///

import signal
import time

from attempt import say

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass
say("ignoring")
while True:
    time.sleep(1)
