"""/data is bounded in files."""

# /// case
# outcomes = ["exited"]
# says = ["files in /data"]
# data = true
# limits.wall_s = 20.0
# limits.memory_mib = 256
# ///

from attempt import must

made = 0
try:
    for made in range(60_000):
        with open(f"/data/{made}", "wb"):
            pass
except OSError as error:
    must(True, "files in /data", f"{made}, then {error}")
else:
    must(False, "files in /data", made)
