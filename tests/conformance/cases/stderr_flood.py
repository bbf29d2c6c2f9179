"""A flood of standard error ends the sandbox, and little of it is kept."""

# /// case
# outcomes = ["output_limit"]
# ///

import os

while True:
    os.write(2, b"x" * 65536)
