"""No cgroup hierarchy can be mounted, so that no release agent can be named."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED cgroup v1", "CONTAINED cgroup v2"]
# ///

import os

from attempt import refused
from raw import call

os.mkdir("/tmp/cgroup")
refused("cgroup v1", lambda: call("mount", b"cgroup", b"/tmp/cgroup", b"cgroup", 0, b"rdma"))
refused("cgroup v1 memory", lambda: call("mount", b"cgroup", b"/tmp/cgroup", b"cgroup", 0, b"memory"))
refused("cgroup v2", lambda: call("mount", b"cgroup", b"/tmp/cgroup", b"cgroup2", 0, None))
refused("release_agent", lambda: os.open("/sys/fs/cgroup/memory/release_agent", os.O_WRONLY))
