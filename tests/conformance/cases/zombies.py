"""Zombies fill no more than the sandbox's own limit and are gone with it."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED zombies"]
# ///

import os

from attempt import must

left = 0
try:
    while left < 500:
        if os.fork() == 0:
            os._exit(0)
        left += 1
except OSError as error:
    must(True, "zombies", f"{left}, then {error}")
else:
    must(False, "zombies", left)
