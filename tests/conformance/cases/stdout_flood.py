"""A flood of standard output ends the sandbox, and little of it is kept."""

# /// case
# outcomes = ["output_limit"]
# ///

import os

while True:
    os.write(1, b"x" * 65536)
