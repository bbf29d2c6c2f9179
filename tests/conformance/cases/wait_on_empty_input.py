"""Standard input is empty where there is no channel: whoever reads it does not wait."""

# /// case
# outcomes = ["exited"]
# says = ["read b''"]
# limits.wall_s = 5.0
# ///

import sys

from attempt import say

say(f"read {sys.stdin.buffer.read()!r}")
