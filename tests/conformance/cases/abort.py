"""An abort is a crash."""

# /// case
# outcomes = ["crashed"]
# signals = [4, 6, 11]
# ///

import os

os.abort()
