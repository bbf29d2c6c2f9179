"""What /proc tells of the kernel and the machine's other processes is masked or empty."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED process list"]
# ///

import os

from attempt import must

numbers = [name for name in os.listdir("/proc") if name.isdigit()]
must(len(numbers) < 6, "process list", numbers)
try:
    with open("/proc/kallsyms", encoding="utf-8") as file:
        address = file.readline().split(" ", 1)[0]
    must(not address.strip("0"), "kernel addresses", address)
except OSError as error:
    must(True, "kernel addresses", error)
for path in ("/proc/sched_debug", "/sys/kernel/debug/sched/debug", "/proc/latency_stats", "/proc/key-users"):
    try:
        with open(path, "rb") as file:
            text = file.read(200)
    except OSError:
        text = b""
    must(not text or path == "/proc/key-users", path, text[:40])
