"""An early exit with 0 is an exit, and nothing more is claimed of it."""

# /// case
# outcomes = ["exited"]
# exit_code = 0
# ///

import os

os._exit(0)
