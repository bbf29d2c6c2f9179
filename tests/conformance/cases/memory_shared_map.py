"""Shared anonymous memory counts as the sandbox's."""

# /// case
# outcomes = ["out_of_memory"]
# ///

import mmap

hoard = []
while True:
    try:
        shared = mmap.mmap(-1, 2**22, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
    except (OSError, MemoryError):
        continue
    shared.write(b"x" * 2**22)
    hoard.append(shared)
