"""A program that stops itself is ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# limits.wall_s = 1.5
# ///

import os
import signal

child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
os.kill(os.getpid(), signal.SIGSTOP)
os.waitpid(child, 0)
