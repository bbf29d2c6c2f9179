"""No process can be traced, nor its memory read by another."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED ptrace", "CONTAINED process_vm_readv"]
# ///

import ctypes
import os
import time

from attempt import refused
from raw import call

PTRACE_ATTACH, PTRACE_SEIZE = 16, 0x4206
child = os.fork()
if child == 0:
    time.sleep(60)
buffer = ctypes.create_string_buffer(16)
refused("ptrace attach", lambda: call("ptrace", PTRACE_ATTACH, child, 0, 0))
refused("ptrace seize", lambda: call("ptrace", PTRACE_SEIZE, child, 0, 0))
refused("process_vm_readv", lambda: call("process_vm_readv", child, buffer, 1, buffer, 1, 0))
os.kill(child, 9)
