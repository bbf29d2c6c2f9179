"""Children that are stopped are killed with the rest."""

# /// case
# outcomes = ["exited"]
# says = ["stopped 5"]
# ///

import os
import signal
import time

from attempt import say

children = []
for _ in range(5):
    child = os.fork()
    if child == 0:
        time.sleep(600)
    children.append(child)
for child in children:
    os.kill(child, signal.SIGSTOP)
    os.waitpid(child, os.WUNTRACED)
say(f"stopped {len(children)}")
