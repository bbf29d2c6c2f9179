"""A program that closes its outputs and goes on has not ended."""

# /// case
# outcomes = ["timed_out"]
# says = ["closing"]
# limits.wall_s = 1.5
# ///

import os
import time

os.write(1, b"closing\n")
for descriptor in range(3):
    os.close(descriptor)
time.sleep(600)
