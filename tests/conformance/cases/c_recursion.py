"""Endless recursion in C is a crash."""

# /// case
# outcomes = ["crashed", "out_of_memory", "exited"]
# exit_code = 1
# signals = [11]
# ///

import sys

sys.setrecursionlimit(10**9)
left, right = [], []
for _ in range(2 * 10**5):
    left, right = [left], [right]
assert left != right  # newer versions of Python count these levels, and raise RecursionError
