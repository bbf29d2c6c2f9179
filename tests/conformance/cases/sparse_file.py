"""A file of 1 TiB cannot be made, not even an empty one."""

# /// case
# outcomes = ["exited"]
# says = ["CONTAINED sparse file"]
# ///

import errno
import signal

from attempt import refused

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open("/tmp/sparse", "wb") as file:
    refused("sparse file", lambda: file.truncate(2**40), also={errno.EFBIG, errno.ENOSPC})
