"""The root cannot be changed."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED chroot"]
# ///

import os

from attempt import refused

os.mkdir("/tmp/root")
refused("chroot", lambda: os.chroot("/tmp/root"))
