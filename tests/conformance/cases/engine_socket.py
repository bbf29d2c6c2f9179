"""No socket of an engine or of any other service is in the sandbox's file system."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED sockets", "CONTAINED /var/run/docker.sock"]
# limits.wall_s = 20.0
# ///

import os
import stat

from attempt import must, refused

found, looked = [], 0
for root in ("/run", "/var", "/tmp", "/files", "/dev", "/etc", "/home", "/mnt", "/opt", "/srv"):
    for folder, _, files in os.walk(root):
        for name in files:
            looked += 1
            try:
                if stat.S_ISSOCK(os.lstat(f"{folder}/{name}").st_mode):
                    found.append(f"{folder}/{name}")
            except OSError:
                pass
must(not found, "sockets", f"{found[:5]} of {looked}")
for path in (
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/systemd/private",
    "/run/dbus/system_bus_socket",
):
    refused(path, lambda path=path: os.stat(path))
