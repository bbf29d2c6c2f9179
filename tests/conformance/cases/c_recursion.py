"""Endless recursion in C is a crash."""

# /// case
# outcomes = ["crashed", "out_of_memory"]
# signals = [11]
# ///

import sys

sys.setrecursionlimit(10**9)
nested = []
for _ in range(10**6):
    nested = [nested]
repr(nested)
