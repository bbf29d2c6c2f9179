"""A program without a file gains nothing by being run so."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED program in memory"]
# ///

import os
import subprocess

from attempt import must

with open("/usr/bin/id", "rb") as file:
    program = file.read()
try:
    memory = os.memfd_create("program", 0)
    os.write(memory, program)
    found = subprocess.run(
        [f"/proc/self/fd/{memory}", "-u"], pass_fds=[memory], capture_output=True, check=False
    ).stdout
except OSError as error:
    must(True, "program in memory", error)
else:
    must(found.strip() == str(os.getuid()).encode(), "program in memory", found)
