"""Exit code 137 is neither a memory limit nor a time limit."""

# /// case
# outcomes = ["exited", "crashed"]
# exit_code = 137
# ///

import os

os._exit(137)
