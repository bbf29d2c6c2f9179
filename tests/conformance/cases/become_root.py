"""No way leads to another user, a group or a capability."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED setuid", "CONTAINED capabilities", "CONTAINED no new privileges", "CONTAINED setuid files"]
# limits.wall_s = 20.0
# ///

import os
import stat

from attempt import must, refused

must(
    0 not in (*os.getresuid(), *os.getresgid(), *os.getgroups()),
    "user",
    (os.getresuid(), os.getresgid(), os.getgroups()),
)
EINVAL = 22  # a user namespace answers so for users that it does not have
refused("setuid", lambda: os.setuid(0), also={EINVAL})
refused("setgid", lambda: os.setgid(0), also={EINVAL})
refused("setgroups", lambda: os.setgroups([0]), also={EINVAL})
with open("/proc/self/status", encoding="utf-8") as file:
    status = dict(line.rstrip("\n").split(":\t", 1) for line in file)
for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
    must(int(status[kind], 16) == 0, f"capabilities {kind}", status[kind])
must(status["NoNewPrivs"] == "1", "no new privileges", status["NoNewPrivs"])
must(status["Seccomp"] == "2", "seccomp", status["Seccomp"])
found = []
for root in ("/usr", "/bin", "/sbin", "/opt", "/etc", "/var"):
    for folder, _, files in os.walk(root):
        for name in files:
            try:
                mode = os.lstat(f"{folder}/{name}")
            except OSError:
                continue
            if stat.S_ISREG(mode.st_mode) and mode.st_mode & (stat.S_ISUID | stat.S_ISGID):
                found.append(f"{folder}/{name}")
must(True, "setuid files", found)
