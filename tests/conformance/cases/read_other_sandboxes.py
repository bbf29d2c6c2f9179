"""Nothing of the other sandboxes or of the grader is found in any file or process that can be read."""

# /// case
# outcomes = ["exited"]
# says = ["FOUND own", "LOOKED"]
# limits.wall_s = 20.0
# limits.memory_mib = 256
# ///

import os
import re
import tempfile

from attempt import must, say

SECRET = re.compile(rb"SECRET-[0-9a-f]{32}")
PLANTED = f"{tempfile.gettempdir()}/planted.txt"
with open(PLANTED, "wb") as own:
    own.write(b"SECRET-" + b"0" * 32)

looked = 0
for root in (
    "/proc",
    "/tmp",
    "/files",
    "/data",
    "/dev",
    "/run",
    "/var",
    "/etc",
    "/home",
    "/root",
    "/mnt",
    "/media",
    "/srv",
    "/opt",
    "/sys/fs",
    "/",
):
    for folder, folders, files in os.walk(root):
        if folder in ("/", "/opt/venv") and root != folder:
            folders.clear()
        if root == "/":
            folders.clear()
        if (
            folder.startswith(("/proc/self/task", "/proc/thread-self", "/opt/venv/lib"))
            or folder.count("/") > 6
        ):
            folders.clear()
            continue
        for name in files:
            path = f"{folder}/{name}"
            try:
                if os.path.isfile(path) and not path.endswith(
                    ("/mem", "/pagemap", "/kmsg", "/clear_refs", "/kcore")
                ):
                    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                    try:
                        text = os.read(descriptor, 65536)
                    finally:
                        os.close(descriptor)
                    looked += 1
                    for secret in SECRET.findall(text):
                        say(f"FOUND {'own' if path == PLANTED else path} {secret.decode()}")
            except OSError:
                pass
must(looked > 50, "search", looked)
say(f"LOOKED at {looked} files")
