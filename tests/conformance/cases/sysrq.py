"""The keyboard's emergency commands cannot be given."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED /proc/sysrq-trigger"]
# ///

import os

from attempt import refused

# Opening is enough to know; "h" would only print a help text.
refused("/proc/sysrq-trigger", lambda: os.write(os.open("/proc/sysrq-trigger", os.O_WRONLY), b"h"))
refused("/dev/sysrq", lambda: os.open("/dev/sysrq", os.O_WRONLY))
