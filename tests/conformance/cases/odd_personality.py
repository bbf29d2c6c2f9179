"""A program cannot run as for another architecture or without the guards of its memory."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED personality"]
# ///

from attempt import refused
from raw import call

READ_IMPLIES_EXEC, PER_LINUX32 = 0x0400000, 0x0008
EINVAL = 22
refused("personality", lambda: call("personality", READ_IMPLIES_EXEC), also={EINVAL})
