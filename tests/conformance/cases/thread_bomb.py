"""A thread bomb stops at the limit of processes."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED threads"]
# ///

import os
import threading
import time

from attempt import must

started = 0
try:
    while started < 1000:
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        started += 1
except RuntimeError as error:
    must(True, "threads", f"{started} then {error}")
else:
    must(False, "threads", started)
time.sleep(0.5)
os._exit(0)
