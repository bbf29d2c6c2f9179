"""Signals to process 1 reach nothing outside the sandbox."""

# /// case
# outcomes = ["exited", "crashed"]
# ///

import os
import signal

from attempt import say

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGINT}:
    try:
        if os.getpid() == 1:
            signal.signal(number, signal.SIG_IGN)
        os.kill(1, number)
    except OSError:
        pass
say("signalled")
os.kill(1, signal.SIGKILL)
