"""A signal to every process reaches the sandbox's own only."""

# /// case
# outcomes = ["exited", "crashed"]
# exit_code = 0
# signals = [9]
# ///

import os
import signal
import time

from attempt import say

if os.fork() == 0:
    time.sleep(600)
try:
    os.kill(-1, signal.SIGKILL)
except ProcessLookupError:
    pass
time.sleep(0.2)
say("still here")
