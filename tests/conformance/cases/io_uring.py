"""The ring of asynchronous calls, which goes past the filter of system calls, cannot be made."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED io_uring"]
# ///

import ctypes

from attempt import refused
from raw import call

refused("io_uring", lambda: call("io_uring_setup", 4, ctypes.create_string_buffer(120)))
