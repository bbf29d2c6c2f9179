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
for root in ("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/libexec", "/opt/venv/bin"):
    for folder, below, files in os.walk(root):
        if folder.count("/") > 4:
            below.clear()
        for name in files:
            path = f"{folder}/{name}"
            mode = os.lstat(path).st_mode
            is_raising = stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID)
            if is_raising and not os.statvfs(path).f_flag & os.ST_NOSUID:
                found.append(path)
must(not found, "setuid files", found)
