"""The sandbox's own limits cannot be raised through the cgroup file system."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED cgroups"]
# ///

import os

from attempt import must

written, looked = [], 0
for folder, _, files in os.walk("/sys/fs/cgroup"):
    try:
        os.mkdir(f"{folder}/escape")
        written.append(f"mkdir {folder}")
    except OSError:
        pass
    for name in files:
        looked += 1
        try:
            os.close(os.open(f"{folder}/{name}", os.O_WRONLY))
            written.append(f"{folder}/{name}")
        except OSError:
            pass
must(not written, "cgroups", f"{len(written)} of {looked}: {written[:5]}")
