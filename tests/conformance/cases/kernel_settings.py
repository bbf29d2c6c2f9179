"""No setting of the kernel can be written."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED settings"]
# limits.wall_s = 20.0
# ///

import os

from attempt import must

opened, looked = [], 0
for root in ("/proc/sys", "/sys"):
    for folder, folders, files in os.walk(root):
        if folder.count("/") > 6:
            folders.clear()
        for name in files:
            looked += 1
            try:
                os.close(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_NONBLOCK))
            except OSError:
                continue
            opened.append(f"{folder}/{name}")
must(not opened, "settings", f"{len(opened)} of {looked} open for writing: {opened[:5]}")
