"""A program cannot make the kernel spare it when memory is short."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED oom_score_adj"]
# ///

from attempt import refused


def spare():
    with open("/proc/self/oom_score_adj", "w", encoding="utf-8") as file:
        file.write("-1000")


refused("oom_score_adj", spare)
