"""Page faults cannot be handled by a program, which is how races in the kernel are won."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED userfaultfd"]
# ///

from attempt import refused
from raw import call

refused("userfaultfd", lambda: call("userfaultfd", 0))
refused("userfaultfd in user mode", lambda: call("userfaultfd", 1))
