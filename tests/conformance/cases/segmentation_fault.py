"""A segmentation fault is a crash by that signal."""

# /// case
# outcomes = ["crashed"]
# signals = [11]
# ///

import ctypes

ctypes.string_at(0)
