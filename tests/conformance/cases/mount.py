"""Nothing can be mounted, unmounted or moved, by the old calls or the new."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED mount tmpfs", "CONTAINED fsopen", "CONTAINED remount"]
# ///

import os

from attempt import refused
from raw import call

MS_REMOUNT, MS_BIND, MS_REC, MNT_DETACH = 32, 4096, 16384, 2
os.mkdir("/tmp/here")
refused("mount tmpfs", lambda: call("mount", b"tmpfs", b"/tmp/here", b"tmpfs", 0, None))
refused("mount proc", lambda: call("mount", b"proc", b"/tmp/here", b"proc", 0, None))
refused("mount overlay", lambda: call("mount", b"overlay", b"/tmp/here", b"overlay", 0, b"lowerdir=/etc"))
refused("bind", lambda: call("mount", b"/", b"/tmp/here", None, MS_BIND | MS_REC, None))
refused("remount", lambda: call("mount", None, b"/files", None, MS_REMOUNT | MS_BIND, None))
refused("remount root", lambda: call("mount", None, b"/", None, MS_REMOUNT | MS_BIND, None))
refused("unmount", lambda: call("umount2", b"/files", MNT_DETACH))
refused("unmount masked", lambda: call("umount2", b"/proc/kcore", MNT_DETACH))
refused("fsopen", lambda: call("fsopen", b"tmpfs", 0))
refused("open_tree", lambda: call("open_tree", -100, b"/", 1))
refused("move_mount", lambda: call("move_mount", -100, b"/files", -100, b"/tmp/here", 0))
refused("mount_setattr", lambda: call("mount_setattr", -100, b"/", 0, bytes(32), 32))
refused("pivot_root", lambda: call("pivot_root", b"/tmp", b"/tmp/here"))
