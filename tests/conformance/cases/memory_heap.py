"""A heap that grows for ever ends the sandbox at its limit of memory."""

# /// case
# outcomes = ["out_of_memory"]
# ///

hoard = []
while True:
    try:
        hoard.append(bytearray(b"x" * 2**20))
    except MemoryError:
        hoard.append(None)
