"""A process of another sandbox cannot be seen through descriptors of processes, nor its descriptors taken."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED other processes"]
# ///

import os

from attempt import must, refused
from raw import call

ESRCH, EINVAL = 3, 22
seen = []
for number in range(2, 5000):
    if number == os.getpid():
        continue
    try:
        os.close(call("pidfd_open", number, 0))
        seen.append(number)
    except OSError as error:
        if error.errno not in (ESRCH, EINVAL):
            break
must(len(seen) < 4, "other processes", seen[:10])
for number in range(2, 400):
    if os.path.exists(f"/proc/{number}/fd") and number != os.getpid():
        refused(f"descriptors of {number}", lambda number=number: os.listdir(f"/proc/{number}/fd"))
