"""/tmp is bounded in files."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED files in /tmp"]
# ///

from attempt import must

made = 0
try:
    for made in range(20_000):
        with open(f"/tmp/{made}", "wb"):
            pass
except OSError as error:
    must(made <= 512, "files in /tmp", f"{made}, then {error}")
else:
    must(False, "files in /tmp", made)
