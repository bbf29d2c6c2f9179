"""The pattern of core dumps, which names a program that the machine would run, cannot be changed."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED /proc/sys/kernel/core_pattern"]
# ///

from attempt import refused


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


refused("/proc/sys/kernel/core_pattern", lambda: write("/proc/sys/kernel/core_pattern", "|/tmp/case"))
refused("/proc/sys/kernel/modprobe", lambda: write("/proc/sys/kernel/modprobe", "/tmp/case"))
refused("/sys/kernel/uevent_helper", lambda: write("/sys/kernel/uevent_helper", "/tmp/case"))
refused("/proc/sys/fs/binfmt_misc/register", lambda: write("/proc/sys/fs/binfmt_misc/register", ":x:"))
