"""Process numbers outside the sandbox name nothing: none can be signalled."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED processes"]
# ///

import os

from attempt import must

found = []
for number in range(2, 40_000):
    if number != os.getpid():
        try:
            os.kill(number, 0)
            found.append(number)
        except ProcessLookupError:
            pass
        except PermissionError:
            found.append(number)
must(len(found) < 8, "processes seen by number", found[:20])
