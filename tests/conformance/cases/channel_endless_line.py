"""A line without an end on a channel ends the sandbox."""

# /// case
# outcomes = ["output_limit"]
# channel = true
# limits.output_mib = 64.0
# ///

import os

while True:
    os.write(1, b"x" * 65536)
