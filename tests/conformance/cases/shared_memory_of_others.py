"""System V and POSIX shared memory and message queues of others are not seen."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED shared memory"]
# ///

import os

from attempt import must

for path in ("/proc/sysvipc/shm", "/proc/sysvipc/msg", "/proc/sysvipc/sem"):
    try:
        with open(path, encoding="utf-8") as file:
            rows = file.read().splitlines()[1:]
    except OSError as error:
        rows = []
        must(True, f"shared memory {path}", error)
    must(not rows, f"shared memory {path}", rows[:2])
for path in ("/dev/shm", "/dev/mqueue"):
    found = os.listdir(path) if os.path.isdir(path) else []
    must(not found, f"shared memory {path}", found)
