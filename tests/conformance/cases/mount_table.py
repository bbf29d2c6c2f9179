"""The mount table names no folder of the machine that could be followed, and no writable bind of it."""

# /// case
# outcomes = ["exited"]
# says = ["LOOKED"]
# ///

import os
import re
import sys

from attempt import must, say

WRITABLE = {"/tmp", "/data", "/dev", "/dev/shm", "/dev/pts", "/dev/mqueue", "/proc"}
count = 0
with open("/proc/self/mountinfo", encoding="utf-8") as file:
    for line in file:
        count += 1
        fields, _, tail = line.partition(" - ")
        root, place, options = fields.split()[3:6]
        kind, _, source_options = tail.strip().split(" ", 2)
        named = {root, *re.findall(r"(?:upperdir|workdir|lowerdir)=([^:,]+)", source_options)} - {"/"}
        for path in named:
            if (
                path.count("/") > 2
                and os.path.exists(path)
                and not path.startswith(("/proc", "/usr", "/sys", "/opt/venv", sys.base_prefix))
            ):
                must(False, "mount table", f"{path} is there: {line}")
        if (
            options.startswith("rw")
            and os.access(place, os.W_OK)
            and place not in WRITABLE
            and not place.startswith(("/proc/", "/dev/"))
        ):
            must(False, "mount table", f"writable: {line}")
        if (
            kind == "tmpfs"
            and place in ("/tmp", "/data")
            and not {"nosuid", "nodev"} <= set(options.split(","))
        ):
            must(False, "mount table", f"options: {line}")
say(f"LOOKED at {count} mounts")
