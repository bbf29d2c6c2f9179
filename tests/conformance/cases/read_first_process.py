"""The first process of the sandbox holds nothing of the grader's."""

# /// case
# outcomes = ["exited"]
# says = ["LOOKED at process 1"]
# ///

import os

from attempt import say

for name in ("environ", "cmdline", "mountinfo", "maps", "status"):
    try:
        with open(f"/proc/1/{name}", "rb") as file:
            text = file.read()
    except OSError as error:
        say(f"{name}: {error}")
        continue
    if b"CONFORMANCE_HOST_SECRET" in text or b"BYSTANDER_SECRET" in text:
        say(f"ESCAPED {name}: {text[:200]!r}")
    say(text.decode("latin-1")[:8000])
say(f"LOOKED at process 1, being {os.getpid()}")
