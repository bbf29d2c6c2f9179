"""A loop in C, which no signal handler of Python interrupts, is ended by the wall clock."""

# /// case
# outcomes = ["timed_out"]
# limits.wall_s = 1.5
# ///

import itertools

any(itertools.repeat(0))
