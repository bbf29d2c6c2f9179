"""A child that is killed for memory makes the sandbox out of memory, though its parent would exit with 0."""

# /// case
# outcomes = ["out_of_memory"]
# ///

import os

from attempt import say

child = os.fork()
if child == 0:
    hoard = []
    while True:
        try:
            hoard.append(bytearray(b"x" * 2**20))
        except MemoryError:
            hoard.append(None)
os.waitpid(child, 0)
say("parent goes on")
