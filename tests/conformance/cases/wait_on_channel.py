"""A program that waits for a line that never comes is ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# channel = true
# limits.wall_s = 1.5
# ///

import sys

sys.stdin.readline()
