"""Exit code 124, which some tools use for a time limit, is an exit."""

# /// case
# outcomes = ["exited"]
# exit_code = 124
# ///

import os

os._exit(124)
