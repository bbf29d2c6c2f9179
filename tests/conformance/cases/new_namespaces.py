"""No namespace can be made or entered."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED unshare user", "CONTAINED clone user"]
# ///

import os
import signal

from attempt import refused
from raw import call

KINDS = {
    "user": 0x10000000,
    "mount": 0x20000,
    "pid": 0x20000000,
    "net": 0x40000000,
    "ipc": 0x8000000,
    "uts": 0x4000000,
    "cgroup": 0x2000000,
    "time": 0x80,
}
EINVAL = 22


def in_child(action):
    """Try in a child, so that the parent stays where it is; its exit code is the error's number."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except OSError as error:
            os._exit(error.errno)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise OSError(abs(code), os.strerror(abs(code)))


for kind, flag in KINDS.items():
    refused(f"unshare {kind}", lambda flag=flag: in_child(lambda: call("unshare", flag)))
refused("unshare user and all", lambda: in_child(lambda: call("unshare", sum(KINDS.values()))))


def clone(flag):
    child = call("clone", flag | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


for kind, flag in KINDS.items():
    if kind != "time":  # shares its bit with the exit signal in clone's flags
        refused(f"clone {kind}", lambda flag=flag: clone(flag))
for kind in ("user", "mnt", "net", "pid"):
    refused(
        f"setns {kind}",
        lambda kind=kind: call("setns", os.open(f"/proc/1/ns/{kind}", os.O_RDONLY), 0),
        also={EINVAL},
    )
