"""The kernel's keyrings, which no namespace divides, cannot be used."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED keyctl", "CONTAINED add_key", "CONTAINED request_key"]
# ///

from attempt import refused
from raw import call

refused("keyctl", lambda: call("keyctl", 0, -3, 1, 0, 0))
refused("add_key", lambda: call("add_key", b"user", b"mark", b"x", 1, -3))
refused("request_key", lambda: call("request_key", b"user", b"mark", None, -3))
