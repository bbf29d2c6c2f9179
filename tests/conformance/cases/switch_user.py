"""A program that would switch users gains nothing."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED su", "CONTAINED own setuid file"]
# ///

import os
import subprocess

from attempt import must


def user_of(command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return repr(error)
    return done.stdout.decode(errors="replace").strip() or f"status {done.returncode}"


for command in (
    ["su", "-c", "id -u"],
    ["sudo", "-n", "id", "-u"],
    ["pkexec", "id", "-u"],
    ["newgrp", "root"],
):
    found = user_of(command)
    must(found != "0" and "uid=0" not in found, command[0], found)
with open("/usr/bin/id", "rb") as source, open("/tmp/id", "wb") as copy:
    copy.write(source.read())
os.chmod("/tmp/id", 0o6755)
found = user_of(["/tmp/id", "-u"])
must(found != "0", "own setuid file", found)
