"""A daemon in a session of its own does not outlive the program that started it."""

# /// case
# outcomes = ["exited"]
# says = ["parent ends"]
# ///

import os
import time

from attempt import say

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for descriptor in range(3):
            os.close(descriptor)
        time.sleep(600)
    os._exit(0)
os.wait()
say("parent ends")
