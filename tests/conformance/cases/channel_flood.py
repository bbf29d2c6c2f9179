"""A flood on a channel ends the sandbox though every line is short."""

# /// case
# outcomes = ["output_limit"]
# channel = true
# ///

import os

while True:
    os.write(1, b"line\n" * 4096)
