"""Files of the machine cannot be read, whatever their mode."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED /etc/shadow", "CONTAINED a file of the machine"]
# ///

import os
import sys

from attempt import must, refused, say


def read(path):
    with open(path, "rb") as file:
        return file.read(4096)


refused("a file of the machine", lambda: say(read(os.environ["HOST_SECRET_FILE"]).decode()))
for path in (
    "/etc/shadow",
    "/etc/gshadow",
    "/proc/kcore",
    "/proc/kmsg",
    "/dev/mem",
    "/dev/kmsg",
    "/proc/1/mem",
):
    if path != "/proc/1/mem" or os.getpid() != 1:
        refused(path, lambda path=path: read(path))
for path in ("/root", "/proc/1/root/root", "/proc/1/cwd/../root", "/var/lib/docker", "/home", "/srv", "/mnt"):
    try:
        found = set(os.listdir(path))
    except OSError as error:
        say(f"CONTAINED list {path}: {error}")
    else:  # an interpreter that is installed in somebody's home has its own folder there, and nothing beside it
        must(not found - set(sys.base_prefix.split("/")), f"list {path}", sorted(found))
