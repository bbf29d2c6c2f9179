"""A program that sleeps is ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# limits.wall_s = 1.5
# ///

import time

time.sleep(10**6)
