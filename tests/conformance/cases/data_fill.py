"""/data is bounded in bytes."""

# /// case
# outcomes = ["exited", "out_of_memory"]
# says = ["started"]
# data = true
# limits.file_size_mib = 64
# limits.memory_mib = 1024
# limits.wall_s = 20.0
# ///

from attempt import must, say

say("started")
written = 0
try:
    for number in range(16):
        with open(f"/data/fill{number}", "wb", buffering=0) as file:
            for _ in range(32):
                written += file.write(b"x" * 2**20)
except OSError as error:
    must(True, "bytes in /data", f"{written >> 20} MiB, then {error}")
else:
    must(False, "bytes in /data", f"{written >> 20} MiB")
