"""A flood of short lines on a channel ends the sandbox, or is held up by whoever reads until the time is over."""

# /// case
# outcomes = ["output_limit", "timed_out"]
# channel = true
# limits.wall_s = 3.0
# ///

import os

while True:
    os.write(1, b"line\n" * 4096)
