"""Output that comes byte by byte does not put off the end."""

# /// case
# outcomes = ["timed_out"]
# says = ["xx"]
# limits.wall_s = 1.5
# ///

import os
import time

while True:
    os.write(1, b"x")
    time.sleep(0.02)
