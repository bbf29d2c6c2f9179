"""What only an administrator may do is refused."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED clock_settime", "CONTAINED init_module", "CONTAINED reboot"]
# ///

import os
import struct

from attempt import refused
from raw import NUMBERS, call

EINVAL = 22
now = struct.pack("qq", 0, 0)
refused("clock_settime", lambda: call("clock_settime", 0, now))
refused("settimeofday", lambda: call("settimeofday", now, None))
refused("sethostname", lambda: call("sethostname", b"taken", 5))
refused("init_module", lambda: call("init_module", b"\0" * 64, 64, b""))
refused("finit_module", lambda: call("finit_module", os.open("/files/case.py", os.O_RDONLY), b"", 0))
refused("kexec_load", lambda: call("kexec_load", 0, 0, None, 0))
refused("reboot", lambda: call("reboot", 0, 0, 0, None))  # wrong magic numbers: harmless even where allowed
refused("swapon", lambda: call("swapon", b"/files/case.py", 0))
refused("acct", lambda: call("acct", b"/tmp/acct"))
refused("syslog", lambda: call("syslog", 3, bytes(64), 64))
refused("quotactl", lambda: call("quotactl", 0x800002 << 8, None, 0, None), also={EINVAL})
if "iopl" in NUMBERS:
    refused("iopl", lambda: call("iopl", 3))
